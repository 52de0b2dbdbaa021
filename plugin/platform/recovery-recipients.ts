import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { fewestRecipients } from '../domain/recovery-proof.ts';
import { replaceFile } from './atomic-file.ts';
import { readPrivateFile } from './private-file.ts';

export const recipientsFile = (state: string): string => join(state, 'keys', 'recovery-recipients.txt');

/**
 * The age recipients who can open every repository without this server, one per line; `#` begins a comment.
 * @throws {Failure} `key-unusable` when there is none or a line is something else. The line itself is not repeated:
 * somebody may have pasted a secret.
 */
export function readRecoveryRecipients(state: string): string[] {
  const file = recipientsFile(state);
  const content = readPrivateFile(file)?.toString('utf8') ?? '';
  const recipients: string[] = [];
  for (const [index, line] of content.split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    if (!isRecipient(text)) throw unusable(file, `line ${index + 1} is not an age recipient (age1…)`);
    recipients.push(text);
  }
  if (recipients.length === 0)
    throw unusable(file, 'it names no recovery recipient, so a lost server could not be recovered');
  return recipients;
}

/**
 * Puts these in the place of all that were there. They survive a power cut.
 * @throws {Failure} `key-unusable` for fewer than two, one that stands there twice, and what is no recipient; then
 * nothing has changed.
 */
export async function writeRecoveryRecipients(state: string, recipients: readonly string[]): Promise<void> {
  const file = recipientsFile(state);
  if (new Set(recipients).size < fewestRecipients || new Set(recipients).size < recipients.length)
    throw unusable('recovery recipients', 'two different ones are needed at least, so that one may be lost');
  if (!recipients.every(isRecipient)) throw unusable('recovery recipient', 'one is not an age recipient (age1…)');
  await encryptToRecipients('', recipients); // finds mistyped ones
  await replaceFile(file, describeRecipients(recipients), 0o600);
}

export function describeRecipients(recipients: readonly string[]): string {
  const lines = ['# Who can open every repository without this server: age recipients, one per line.', ...recipients];
  return `${lines.join('\n')}\n`;
}

/**
 * @returns armored text that the identity of any of the recipients opens: `age -d -i IDENTITY FILE`.
 * @throws {Failure} `key-unusable` when a recipient is mistyped.
 */
export async function encryptToRecipients(secret: string, recipients: readonly string[]): Promise<Buffer> {
  const { armor, Encrypter } = await import('age-encryption'); // slow to load, needed for new repositories only
  const encrypter = new Encrypter();
  for (const recipient of recipients) addRecipient(encrypter, recipient);
  return Buffer.from(armor.encode(await encrypter.encrypt(secret)));
}

function addRecipient(encrypter: { addRecipient(recipient: string): void }, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw unusable('recovery recipient', 'it is mistyped: its checksum does not match');
  }
}

/** X25519 recipients only: every release of age opens those. */
function isRecipient(text: string): boolean {
  return /^age1[02-9ac-hj-np-z]{58}$/.test(text);
}

function unusable(file: string, problem: string): Failure {
  return new Failure('key-unusable', { key: file, problem });
}
