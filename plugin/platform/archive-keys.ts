import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, isFailure } from '../domain/failure.ts';
import { createFile, syncFolder } from './atomic-file.ts';
import { createRecoveryIdentity } from './create-keys.ts';
import { whileKeysLocked } from './keys-lock.ts';
import { readPrivateFile } from './private-file.ts';
import { readRecoveryRecipients } from './recovery-recipients.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import { keysFolder, nextKeysFolder, readServerKey } from './server-key.ts';

export const sealedIdentityName = 'archive-identity.sealed';
const purpose = 'larder archive identity';
const sealedFile = (state: string): string => join(keysFolder(state), sealedIdentityName);
/** As it was kept before it was sealed. */
const openFile = (state: string): string => join(keysFolder(state), 'archive-identity.txt');

/**
 * This server's own age identity, with which it reads archives; made at the first need, and kept sealed with the server key.
 * @throws {Failure} `not-initialised`; `state-unsafe` when others can read it; `key-unusable` when it does not open.
 */
export async function readArchiveIdentity(state: string): Promise<string> {
  const known = readTwice(state);
  if (known !== undefined && !existsSync(openFile(state))) return known;
  return whileKeysLocked(state, () => keepSealed(state));
}

/** Everybody who can open archives made from now on. @throws {Failure} as the identity; `key-unusable`. */
export async function readArchiveRecipients(state: string): Promise<string[]> {
  const { identityToRecipient } = await import('age-encryption');
  return [await identityToRecipient(await readArchiveIdentity(state)), ...readRecoveryRecipients(state)];
}

/** For a new server key: into the folder that will take the place of the one in use. @throws {Failure} `key-unusable`. */
export async function sealIdentityAnew(state: string, oldKey: Buffer, newKey: Buffer): Promise<void> {
  const identity = openIdentity(oldKey, sealedFile(state));
  if (identity === undefined) return;
  const target = join(nextKeysFolder(state), sealedIdentityName);
  await createFile(target, sealSecret(newKey, purpose, Buffer.from(identity)), 0o600);
  if (openIdentity(newKey, target) !== identity) throw unusable(target);
}

/** What is kept open goes only when what is sealed was read back, and is the same. */
async function keepSealed(state: string): Promise<string> {
  const kept = identityIn(openFile(state));
  let identity = readSealed(state);
  if (identity === undefined) {
    const made = kept ?? (await createRecoveryIdentity()).identity;
    await createFile(sealedFile(state), sealSecret(readServerKey(state), purpose, Buffer.from(made)), 0o600);
    identity = readSealed(state);
    if (identity !== made) throw unusable(sealedFile(state));
  }
  if (kept === identity) {
    await rm(openFile(state));
    await syncFolder(keysFolder(state));
  }
  return identity;
}

/** The server key may be replaced, with all that it seals, between one read and the next. */
function readTwice(state: string): string | undefined {
  try {
    return readSealed(state);
  } catch (error) {
    if (!isFailure(error, 'key-unusable')) throw error;
    return readSealed(state);
  }
}

function readSealed(state: string): string | undefined {
  return openIdentity(readServerKey(state), sealedFile(state));
}

/** @returns undefined when there is no such file. */
function openIdentity(serverKey: Buffer, file: string): string | undefined {
  const sealed = readPrivateFile(file);
  if (sealed === undefined) return undefined;
  const identity = openSecret(serverKey, purpose, sealed)?.toString('utf8') ?? '';
  if (!isIdentity(identity)) throw unusable(file);
  return identity;
}

/** The first identity in a file as `age-keygen` writes it. */
function identityIn(file: string): string | undefined {
  const lines = readPrivateFile(file)?.toString('utf8').split('\n') ?? [];
  return lines.map((line) => line.trim()).find(isIdentity);
}

function isIdentity(text: string): boolean {
  return /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(text);
}

function unusable(key: string): Failure {
  return new Failure('key-unusable', { key, problem: 'it was altered, or sealed for another server' });
}
