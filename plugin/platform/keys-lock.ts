import { closeSync, constants } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { lockFile } from './file-lock.ts';
import { openPrivateFile } from './private-file.ts';

const patienceSeconds = 30;

/** The kernel would let this process wait for itself: who is first here asks it first. By the state folder. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Does `act` while nobody else on this server stores keys or rotates them. The kernel keeps the lock (flock(2)): it ends
 * with its process.
 * @throws {Failure} `instance-running` when another process has it for longer than half a minute; what `act` throws.
 */
export function whileKeysLocked<Result>(state: string, act: () => Promise<Result>): Promise<Result> {
  const before = turns.get(state) ?? Promise.resolve();
  const turn = before.then(() => lockAndAct(state, act));
  turns.set(
    state,
    turn.catch(() => undefined),
  );
  return turn;
}

/** Does `act` if nobody has the lock at this moment. */
export function ifKeysUnlocked(state: string, act: () => void): void {
  const descriptor = openLock(state);
  try {
    if (lockFile(descriptor)) act();
  } finally {
    closeSync(descriptor);
  }
}

async function lockAndAct<Result>(state: string, act: () => Promise<Result>): Promise<Result> {
  const descriptor = openLock(state);
  try {
    if (!lockFile(descriptor, patienceSeconds))
      throw new Failure('instance-running', { state, holder: 'a process that stores or rotates keys' });
    return await act();
  } finally {
    closeSync(descriptor);
  }
}

function openLock(state: string): number {
  const descriptor = openPrivateFile(join(state, 'keys.lock'), constants.O_RDONLY | constants.O_CREAT);
  if (descriptor === undefined) throw new Failure('not-initialised', { state });
  return descriptor;
}
