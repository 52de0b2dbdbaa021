import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { serverKeyFile } from './create-keys.ts';
import { hasErrorCode } from './error-code.ts';
import { ifKeysUnlocked } from './keys-lock.ts';
import { checkPrivateFolder, readPrivateFile } from './private-file.ts';

export const keysFolder = (state: string): string => join(state, 'keys');
/** All keys sealed with the next server key. It takes the place of the folder in use when it is whole. */
export const nextKeysFolder = (state: string): string => join(state, 'keys.next');
export const oldKeysFolder = (state: string): string => join(state, 'keys.old');

/**
 * The server key as it is now.
 * @throws {Failure} `not-initialised` without one; `key-unusable` when it is damaged; `state-unsafe` when others can
 * read it.
 */
export function readServerKey(state: string): Buffer {
  settleKeyRotation(state);
  const file = serverKeyFile(state);
  const key = readPrivateFile(file);
  if (key === undefined) throw new Failure('not-initialised', { state });
  checkPrivateFolder(keysFolder(state));
  if (key.length !== 32)
    throw new Failure('key-unusable', { key: file, problem: `it has ${key.length} bytes instead of 32` });
  return key;
}

/**
 * A rotation that was cut between its two renames is finished: the folder in use was moved away, the next one is whole.
 * What a rotation that was cut before them left stays until the next one removes it.
 */
export function settleKeyRotation(state: string): void {
  if (existsSync(keysFolder(state)) || !existsSync(oldKeysFolder(state))) return;
  try {
    renameSync(nextKeysFolder(state), keysFolder(state));
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error; // somebody else was faster
  }
}

/** A rotation that was killed after its renames has left the old key on the disk. */
export function removeReplacedKeys(state: string): void {
  if (existsSync(oldKeysFolder(state))) ifKeysUnlocked(state, () => removeKeyLeftovers(state));
}

/** What was replaced is removed, and what was never put in place. For who has the lock of the keys. */
export function removeKeyLeftovers(state: string): void {
  settleKeyRotation(state);
  if (!existsSync(keysFolder(state))) return; // without keys in use nothing is a leftover
  for (const folder of [nextKeysFolder(state), oldKeysFolder(state)]) rmSync(folder, { recursive: true, force: true });
}
