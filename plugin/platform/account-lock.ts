import { closeSync, constants, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import type { AccountLock } from '../contracts/plan-store.ts';
import { Failure } from '../domain/failure.ts';
import { lockFile } from './file-lock.ts';
import { openPrivateFile } from './private-file.ts';
import { startOf } from './process-start.ts';

/** A writer whose process died reads the end of its input within moments, and ends. */
const writerEndsSeconds = 5;
/** After it was killed, only what the kernel has in hand keeps it. */
const killedEndsSeconds = 5;

/**
 * Takes the lock that `file` stands for. A process that has it and lives keeps it; a writer that outlived the process
 * it worked for is waited for, and then killed.
 * @throws {Failure} `busy`; `state-unsafe` when others can reach the file.
 */
export function lockAccount(file: string, account: string): AccountLock {
  const descriptor = openPrivateFile(file, constants.O_RDONLY | constants.O_CREAT);
  if (descriptor === undefined) throw new Error(`${file} cannot be made`);
  try {
    if (!takeLock(descriptor, file)) throw new Failure('busy', { account });
    writeFileSync(file, JSON.stringify({ process: process.pid, started: startOf(process.pid) }), { mode: 0o600 });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  let isHeld = true;
  return {
    descriptor,
    release() {
      if (isHeld) closeSync(descriptor);
      isHeld = false;
    },
  };
}

function takeLock(descriptor: number, file: string): boolean {
  if (lockFile(descriptor)) return true;
  if (isHolderAlive(file)) return false;
  if (lockFile(descriptor, writerEndsSeconds)) return true;
  if (isHolderAlive(file)) return false; // somebody else was faster
  for (const holder of holdersOf(file)) killQuietly(holder);
  return lockFile(descriptor, killedEndsSeconds);
}

/** Whether the process that wrote itself down still lives. */
function isHolderAlive(file: string): boolean {
  const match = /^\{"process":(\d+),"started":"(\d+)"\}$/.exec(readFileSync(file, 'utf8'));
  if (match === null) return true; // it has the lock and is about to write
  return startOf(Number(match[1])) === match[2];
}

/** Other processes that hold the lock, not those that wait for it. */
function holdersOf(file: string): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map(Number).filter((id) => id !== process.pid && holds(id, file));
}

/** proc_pid_fdinfo(5) names the locks that belong to an open file. */
function holds(id: number, file: string): boolean {
  try {
    return readdirSync(`/proc/${id}/fd`).some((name) => {
      if (readlinkSync(`/proc/${id}/fd/${name}`) !== file) return false;
      return readFileSync(`/proc/${id}/fdinfo/${name}`, 'latin1').includes('FLOCK');
    });
  } catch {
    return false; // it ended meanwhile, or closed what was listed
  }
}

function killQuietly(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}
