import { randomBytes } from 'node:crypto';
import type { SealKey } from '../contracts/codec.ts';
import { Failure } from '../domain/failure.ts';

/** A new random key that seals everything in one repository. */
export function newMasterKey(): SealKey {
  return sealKeyFromBytes(randomBytes(64));
}

/** The 64 bytes restic derives or stores: encrypt 32, k 16, r 16. */
export function sealKeyFromBytes(bytes: Buffer): SealKey {
  if (bytes.length !== 64) throw new RangeError('a key has 64 bytes');
  return {
    encrypt: Buffer.from(bytes.subarray(0, 32)),
    macK: Buffer.from(bytes.subarray(32, 48)),
    macR: Buffer.from(bytes.subarray(48, 64)),
  };
}

export function sealKeyBytes(key: SealKey): Buffer {
  return Buffer.concat([key.encrypt, key.macK, key.macR]);
}

/** The JSON that restic seals inside a key file. */
export function masterKeyJson(key: SealKey): string {
  const mac = { k: key.macK.toString('base64'), r: key.macR.toString('base64') };
  return JSON.stringify({ mac, encrypt: key.encrypt.toString('base64') });
}

/** @throws {Failure} `key-unusable` when the text is not such JSON. */
export function parseMasterKeyJson(text: string): SealKey {
  const value: unknown = JSON.parse(text);
  const encrypt = base64At(value, 'encrypt');
  const mac = isRecord(value) ? value['mac'] : undefined;
  const key = Buffer.concat([encrypt, base64At(mac, 'k'), base64At(mac, 'r')]);
  if (key.length !== 64) throw new Failure('key-unusable', { key: 'repository key', problem: 'wrong length' });
  return sealKeyFromBytes(key);
}

function base64At(value: unknown, field: string): Buffer {
  const text = isRecord(value) ? value[field] : undefined;
  if (typeof text !== 'string') throw new Failure('key-unusable', { key: 'repository key', problem: `no ${field}` });
  return Buffer.from(text, 'base64');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
