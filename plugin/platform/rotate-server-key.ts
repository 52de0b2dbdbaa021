import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KeyOwner } from '../contracts/key-store.ts';
import { Failure } from '../domain/failure.ts';
import { parseGeneration, parseRepositoryId } from '../domain/ids.ts';
import { createFile, syncFolder } from './atomic-file.ts';
import { serverKeyFile } from './create-keys.ts';
import { formatKeyFile, parseKeyFile } from './key-file.ts';
import { readPrivateFile } from './private-file.ts';
import { keysFolder, nextKeysFolder, oldKeysFolder, readServerKey, removeKeyLeftovers } from './server-key.ts';

const repositories = 'repositories';

/**
 * Makes a new server key and seals every repository's keys with it instead of the old one, which is then gone. The new
 * folder is written whole and read back before it takes the place of the old: whatever stops this in between, one of the
 * two is in use and opens everything.
 * @returns how many repositories' keys were sealed anew.
 * @throws {Failure} `key-unusable` when one of them does not open; then nothing has changed. `no-space`.
 */
export async function rotateServerKey(state: string): Promise<number> {
  const oldKey = readServerKey(state);
  removeKeyLeftovers(state);
  const newKey = randomBytes(32);
  const next = nextKeysFolder(state);
  mkdirSync(join(next, repositories), { recursive: true, mode: 0o700 });
  await copyOthers(state);
  const files = readdirSync(join(keysFolder(state), repositories)).filter((name) => name.endsWith('.json'));
  for (const name of files) await sealAnew({ state, name, oldKey, newKey });
  await createFile(join(next, basename(serverKeyFile(state))), newKey, 0o600);
  for (const folder of [join(next, repositories), next, state]) await syncFolder(folder);
  renameSync(keysFolder(state), oldKeysFolder(state));
  renameSync(next, keysFolder(state));
  await syncFolder(state);
  removeKeyLeftovers(state);
  return files.length;
}

/** Everything beside the server key and what it seals, such as the recovery recipients. */
async function copyOthers(state: string): Promise<void> {
  const from = keysFolder(state);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === basename(serverKeyFile(state))) continue;
    copyFileSync(join(from, entry.name), join(nextKeysFolder(state), entry.name));
  }
  await syncFolder(nextKeysFolder(state));
}

interface Sealing {
  readonly state: string;
  readonly name: string;
  readonly oldKey: Buffer;
  readonly newKey: Buffer;
}

async function sealAnew({ state, name, oldKey, newKey }: Sealing): Promise<void> {
  const file = join(keysFolder(state), repositories, name);
  const owner = readOwner(file);
  const keys = owner && parseKeyFile(oldKey, owner, textOf(file));
  if (owner === undefined || keys === undefined) throw unusable(file);
  const target = join(nextKeysFolder(state), repositories, name);
  await createFile(target, formatKeyFile(newKey, owner, keys), 0o600);
  const again = parseKeyFile(newKey, owner, textOf(target));
  if (again?.password !== keys.password) throw unusable(target);
}

function readOwner(file: string): KeyOwner | undefined {
  try {
    const { generation, repositoryId } = JSON.parse(textOf(file)) as { generation: string; repositoryId: string };
    return { generation: parseGeneration(generation), repositoryId: parseRepositoryId(repositoryId) };
  } catch {
    return undefined;
  }
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
