import { closeSync, constants, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { lockFile } from './file-lock.ts';
import { openPrivateFile } from './private-file.ts';

export interface InstanceLock {
  /** Lets the next instance start. The end of the process does the same, however it ends. */
  release(): void;
}

/**
 * Makes this process the only one that works on `state`, until `release` or its end. The kernel keeps the lock
 * (flock(2)), so that it cannot outlive its holder.
 * @throws {Failure} `instance-running` naming the holder; `system-unsupported` without the `flock` command.
 */
export function lockInstance(state: string, now: Date): InstanceLock {
  const file = join(state, 'instance.lock');
  const descriptor = openPrivateFile(file, constants.O_RDWR | constants.O_CREAT);
  if (descriptor === undefined) throw new Failure('not-initialised', { state });
  try {
    if (!lockFile(descriptor)) throw new Failure('instance-running', { state, holder: describeHolder(file) });
    ftruncateSync(descriptor);
    writeSync(descriptor, JSON.stringify({ pid: process.pid, since: now.toISOString() }), 0);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return { release: once(() => closeSync(descriptor)) };
}

function describeHolder(file: string): string {
  const match = /^\{"pid":(\d+),"since":"([\d:.TZ-]+)"\}$/.exec(readFileSync(file, 'utf8'));
  return match === null ? 'another process' : `process ${match[1]} since ${match[2]}`;
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
