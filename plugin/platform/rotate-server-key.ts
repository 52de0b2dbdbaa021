import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../domain/failure.ts';
import { sealedIdentityName, sealIdentityAnew } from './archive-keys.ts';
import { createFile, syncFolder } from './atomic-file.ts';
import { serverKeyFile } from './create-keys.ts';
import { hasErrorCode } from './error-code.ts';
import { formatKeyFile, parseKeyFile, parseKeyOwner } from './key-file.ts';
import { whileKeysLocked } from './keys-lock.ts';
import { readPrivateFile } from './private-file.ts';
import { keysFolder, nextKeysFolder, oldKeysFolder, readServerKey, removeKeyLeftovers } from './server-key.ts';

const repositories = 'repositories';

/**
 * Makes a new server key and seals every repository's keys, and the archives', with it instead of the old one, which is then gone. The new
 * folder is written whole and read back before it takes the place of the old: whatever stops this in between, one of the
 * two is in use and opens everything.
 * @returns how many repositories' keys were sealed anew.
 * @throws {Failure} `key-unusable` when one of them does not open; then nothing has changed. `no-space`;
 * `instance-running` while others store or rotate keys.
 */
export function rotateServerKey(state: string): Promise<number> {
  return whileKeysLocked(state, async () => {
    const oldKey = readServerKey(state);
    removeKeyLeftovers(state);
    const count = await writeNextFolder(state, oldKey);
    await exchangeFolders(state);
    removeKeyLeftovers(state);
    await syncFolder(state);
    return count;
  });
}

/** All of it is on the disk before the first rename. */
async function writeNextFolder(state: string, oldKey: Buffer): Promise<number> {
  const newKey = randomBytes(32);
  const next = nextKeysFolder(state);
  mkdirSync(join(next, repositories), { recursive: true, mode: 0o700 });
  await copyOthers(state);
  const files = readdirSync(join(keysFolder(state), repositories)).filter((name) => name.endsWith('.json'));
  for (const name of files) await sealAnew({ state, name, oldKey, newKey });
  await sealIdentityAnew(state, oldKey, newKey);
  await createFile(join(next, basename(serverKeyFile(state))), newKey, 0o600);
  for (const folder of [join(next, repositories), next, state]) await syncFolder(folder);
  return files.length;
}

/** Somebody who reads between the two renames does the second one. */
async function exchangeFolders(state: string): Promise<void> {
  renameSync(keysFolder(state), oldKeysFolder(state));
  try {
    renameSync(nextKeysFolder(state), keysFolder(state));
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT') || !existsSync(keysFolder(state))) throw error;
  }
  await syncFolder(state);
}

/** Everything beside the server key and what it seals, such as the recovery recipients. */
async function copyOthers(state: string): Promise<void> {
  const from = keysFolder(state);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const isSealed = entry.name === basename(serverKeyFile(state)) || entry.name === sealedIdentityName;
    if (!entry.isFile() || entry.name.startsWith('.') || isSealed) continue;
    const content = readPrivateFile(join(from, entry.name)) ?? Buffer.alloc(0);
    const target = join(nextKeysFolder(state), entry.name);
    await createFile(target, content, 0o600);
    if (readPrivateFile(target)?.equals(content) !== true) throw unusable(target);
  }
}

interface Sealing {
  readonly state: string;
  readonly name: string;
  readonly oldKey: Buffer;
  readonly newKey: Buffer;
}

async function sealAnew({ state, name, oldKey, newKey }: Sealing): Promise<void> {
  const file = join(keysFolder(state), repositories, name);
  const text = textOf(file);
  const owner = parseKeyOwner(text);
  const keys = owner && parseKeyFile(oldKey, owner, text);
  if (owner === undefined || keys === undefined) throw unusable(file);
  const target = join(nextKeysFolder(state), repositories, name);
  await createFile(target, formatKeyFile(newKey, owner, keys), 0o600);
  if (!isDeepStrictEqual(parseKeyFile(newKey, owner, textOf(target)), keys)) throw unusable(target);
}

function textOf(file: string): string {
  return readPrivateFile(file)?.toString('utf8') ?? '';
}

function unusable(key: string): Failure {
  return new Failure('key-unusable', {
    key,
    problem: 'it was altered, or sealed for another server; nothing was changed',
  });
}
