import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The token that each form of a session carries: only who knows the session can make it, so it survives a restart of the
 * web app without being kept. Written differently on each page, so that its length under compression tells nothing.
 */
export function makeFormToken(session: string): string {
  const pad = randomBytes(32);
  return Buffer.concat([pad, blend(pad, secretOf(session))]).toString('base64url');
}

export function isFormToken(session: string, token: string | undefined): boolean {
  const bytes = Buffer.from(token ?? '', 'base64url');
  if (bytes.length !== 64) return false;
  return timingSafeEqual(blend(bytes.subarray(0, 32), bytes.subarray(32)), secretOf(session));
}

function secretOf(session: string): Buffer {
  return createHmac('sha256', session).update('form').digest();
}

function blend(first: Buffer, second: Buffer): Buffer {
  return first.map((byte, index) => byte ^ (second[index] ?? 0)) as Buffer;
}
