import { randomBytes } from 'node:crypto';

const prefix = '.larder-restore-';
const pattern = /^\.larder-restore-[0-9a-f]{32}$/;

/** What a file is called until it is whole. */
export function makeTemporaryName(): Buffer {
  return Buffer.from(prefix + randomBytes(16).toString('hex'));
}

export function isTemporaryName(name: Buffer): boolean {
  return name.length === prefix.length + 32 && pattern.test(name.toString('latin1'));
}
