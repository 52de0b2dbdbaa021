import type { OpenedSecret, RecoveryIdentities } from '../contracts/recovery-identities.ts';
import { Failure } from '../domain/failure.ts';

const armorBeginning = '-----BEGIN AGE ENCRYPTED FILE-----';

/** Identities as `age-keygen` and `larder init` make them: X25519. */
export const recoveryIdentities: RecoveryIdentities = {
  async recipientOf(identity) {
    const { identityToRecipient } = await import('age-encryption');
    try {
      return await identityToRecipient(identity);
    } catch {
      throw new Failure('key-unusable', {
        key: 'recovery key',
        problem: 'it is not an age identity (AGE-SECRET-KEY-1…), or mistyped',
      });
    }
  },
  countRecipients(beginning) {
    const text = unarmored(beginning)?.toString('latin1') ?? '';
    const end = text.indexOf('\n--- ');
    if (!text.startsWith('age-encryption.org/v1\n') || end < 0) return undefined;
    return text.slice(0, end).match(/^-> /gm)?.length ?? 0;
  },
  async open(sealed, identity) {
    const bytes = unarmored(sealed);
    return bytes === undefined ? { kind: 'damaged' } : openBytes(bytes, identity);
  },
};

async function openBytes(sealed: Buffer, identity: string): Promise<OpenedSecret> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return { kind: 'opened', secret: await decrypter.decrypt(sealed, 'text') };
  } catch (error) {
    const isOthers = error instanceof Error && error.message.includes('no identity matched');
    return { kind: isOthers ? 'not-for-it' : 'damaged' };
  }
}

/** RFC 7468 with base64 between its two lines. @returns undefined where the beginning is there and the end is not. */
function unarmored(bytes: Uint8Array): Buffer | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim();
  if (!text.startsWith(armorBeginning)) return Buffer.from(bytes);
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '-----END AGE ENCRYPTED FILE-----'
    ? Buffer.from(lines.slice(1, -1).join(''), 'base64')
    : undefined;
}
