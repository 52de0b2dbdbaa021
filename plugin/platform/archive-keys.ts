import { join } from 'node:path';
import { createFile } from './atomic-file.ts';
import { createRecoveryIdentity } from './create-keys.ts';
import { hasErrorCode } from './error-code.ts';
import { whileKeysLocked } from './keys-lock.ts';
import { readPrivateFile } from './private-file.ts';
import { readRecoveryRecipients } from './recovery-recipients.ts';
import { keysFolder, readServerKey } from './server-key.ts';

const identityFile = (state: string): string => join(keysFolder(state), 'archive-identity.txt');

/**
 * This server's own age identity, with which it reads archives; made at the first need.
 * @throws {Failure} `not-initialised`; `state-unsafe` when others can read it.
 */
export async function readArchiveIdentity(state: string): Promise<string> {
  readServerKey(state);
  const known = readIdentities(identityFile(state))[0];
  if (known !== undefined) return known;
  const { identity, recipient } = await createRecoveryIdentity();
  const text = `# SECRET. With this Larder reads the archives of this server.\n# public key: ${recipient}\n${identity}\n`;
  try {
    await whileKeysLocked(state, () => createFile(identityFile(state), text, 0o600));
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
  return readIdentities(identityFile(state))[0] ?? identity;
}

/** Everybody who can open archives made from now on. @throws {Failure} as the identity; `key-unusable`. */
export async function readArchiveRecipients(state: string): Promise<string[]> {
  const { identityToRecipient } = await import('age-encryption');
  return [await identityToRecipient(await readArchiveIdentity(state)), ...readRecoveryRecipients(state)];
}

/** The identities in a file as `age-keygen` writes it. @throws {Failure} `state-unsafe` when others can read it. */
export function readIdentities(file: string): string[] {
  const lines = readPrivateFile(file)?.toString('utf8').split('\n') ?? [];
  return lines.map((line) => line.trim()).filter((line) => /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(line));
}
