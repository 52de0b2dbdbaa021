import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { createFile, replaceFile, syncFolder } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';
import { ensurePrivateFolder } from './private-file.ts';
import { describeRecipients, recipientsFile } from './recovery-recipients.ts';

/** One of two: either opens everything, so that one may be lost. */
export interface RecoveryIdentity {
  /** Secret: `AGE-SECRET-KEY-1…`. */
  readonly identity: string;
  /** Public: `age1…`. */
  readonly recipient: string;
}

export interface CreatedKeys {
  readonly recipients: readonly string[];
  /** Files that a person must move off this server. */
  readonly identityFiles: readonly string[];
}

export const serverKeyFile = (state: string): string => join(state, 'keys', 'server.key');
const identityFile = (state: string, number: number): string => join(state, 'recovery', `recovery-key-${number}.txt`);
const identityNumbers = [1, 2];

/**
 * Makes the server key and two recovery identities. The server key comes last: until it stands nothing was sealed, and
 * a new call after a crash begins again. The server never needs the identity files.
 * @throws {Failure} `already-initialised` when there is a server key; then nothing changes.
 */
export async function createKeys(state: string): Promise<CreatedKeys> {
  if (existsSync(serverKeyFile(state))) throw new Failure('already-initialised', { state });
  for (const folder of ['keys', 'keys/repositories', 'recovery']) ensurePrivateFolder(join(state, folder));
  await syncFolder(state);
  const recipients: string[] = [];
  for (const number of identityNumbers) {
    const made = await createRecoveryIdentity();
    await replaceFile(identityFile(state, number), describeIdentity(made, number), 0o600);
    recipients.push(made.recipient);
  }
  await replaceFile(recipientsFile(state), describeRecipients(recipients), 0o600);
  await createServerKey(state);
  return { recipients, identityFiles: identityNumbers.map((number) => identityFile(state, number)) };
}

/** Writes 32 random bytes. @throws {Failure} `already-initialised`: a server key is never overwritten. */
export async function createServerKey(state: string): Promise<void> {
  try {
    await createFile(serverKeyFile(state), randomBytes(32), 0o600);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) throw new Failure('already-initialised', { state }, { cause: error });
    throw error;
  }
}

export async function createRecoveryIdentity(): Promise<RecoveryIdentity> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The recovery identities that still lie on this server, where a burglar would find them. */
export function findIdentityFiles(state: string): string[] {
  return identityNumbers.map((number) => identityFile(state, number)).filter((file) => existsSync(file));
}

function describeIdentity(made: RecoveryIdentity, number: number): string {
  return [
    `# Larder recovery key ${number} of ${identityNumbers.length}. SECRET: whoever has it can read every backup of this server.`,
    '#',
    '# Move this file off the server now, to a safe that does not burn with it, and delete it here.',
    '# Keep the two keys in two places: either of them is enough, and nobody can make them again.',
    '#',
    '# To open a repository without this server (age and restic are all you need):',
    '#   age -d -i THIS-FILE REPOSITORY/larder-recovery.age    prints the restic password',
    '#   restic -r REPOSITORY snapshots                        asks for it',
    `# public key: ${made.recipient}`,
    made.identity,
    '',
  ].join('\n');
}
