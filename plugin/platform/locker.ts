import { hostname, userInfo } from 'node:os';
import { systemClock } from './clock.ts';

/** How this process signs its locks. */
export function thisLocker() {
  return {
    hostname: hostname(),
    username: userName(),
    processId: process.pid,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    clock: systemClock,
    isProcessAlive,
  };
}

/** Containers run as users whom passwd(5) does not know: they are named by their number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.() ?? 0);
  }
}

function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
