import { hostname, userInfo } from 'node:os';
import { systemClock } from './clock.ts';

/** How this process signs its locks. */
export function thisLocker() {
  const user = userInfo();
  return {
    hostname: hostname(),
    username: user.username,
    processId: process.pid,
    uid: user.uid,
    gid: user.gid,
    clock: systemClock,
    isProcessAlive,
  };
}

function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
