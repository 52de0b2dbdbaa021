/**
 * A key file turns a password into the repository's master key: scrypt derives a key from the password, and that
 * key opens the sealed master key. It is plain JSON; every key file opens the same repository.
 */
import { randomBytes, scrypt, scryptSync } from 'node:crypto';
import type { Codec, SealKey } from '../contracts/codec.ts';
import { Failure } from '../domain/failure.ts';
import { masterKeyJson, parseMasterKeyJson, sealKeyFromBytes } from './master-key.ts';
import { JsonReader } from './parse-json.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';

/** The password is 256 random bits, so a costlier derivation would protect nothing; restic accepts these. */
const cost = { N: 32_768, r: 8, p: 1 } as const;
const saltBytes = 64;
/** No key file may make us spend more memory: 128 · N · r bytes. */
const largestScryptBytes = 512 * 1024 * 1024;

export interface KeyFileMaker {
  readonly createdAt: Date;
  readonly username: string;
  readonly hostname: string;
}

/** @returns the bytes of a key file with which `password` opens `masterKey`. The key is derived beside other work. */
export async function makeKeyFile(
  codec: Codec,
  masterKey: SealKey,
  password: string,
  maker: KeyFileMaker,
): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  const derived = await new Promise<Buffer>((resolve, reject) => {
    const done = (error: Error | null, key: Buffer): void => (error === null ? resolve(key) : reject(error));
    scrypt(password, salt, 64, { ...cost, maxmem: largestScryptBytes }, done);
  });
  const sealer = codec.sealer(sealKeyFromBytes(derived));
  const data = sealBytes(codec, sealer, Buffer.from(masterKeyJson(masterKey)));
  return Buffer.from(
    JSON.stringify({
      created: maker.createdAt.toISOString(),
      username: maker.username,
      hostname: maker.hostname,
      kdf: 'scrypt',
      ...cost,
      salt: salt.toString('base64'),
      data: data.toString('base64'),
    }),
  );
}

/** @returns the master key, or undefined when the password does not open this file. @throws {Failure} `repository-damaged`. */
export function openKeyFile(codec: Codec, bytes: Buffer, password: string): SealKey | undefined {
  const json = JsonReader.parse('key file', bytes.toString('utf8'));
  if (json.string('kdf') !== 'scrypt') throw json.damaged('uses an unknown key derivation');
  const parameters = { N: json.count('N'), r: json.count('r'), p: json.count('p') };
  if (128 * parameters.N * parameters.r > largestScryptBytes) throw json.damaged('asks for too much memory');
  const sealer = codec.sealer(deriveKey(password, Buffer.from(json.string('salt'), 'base64'), parameters));
  const plain = openBytes(codec, sealer, Buffer.from(json.string('data'), 'base64'));
  return plain === undefined ? undefined : parseMasterKeyJson(plain.toString('utf8'));
}

function deriveKey(password: string, salt: Buffer, parameters: { N: number; r: number; p: number }): SealKey {
  try {
    return sealKeyFromBytes(scryptSync(password, salt, 64, { ...parameters, maxmem: largestScryptBytes * 2 }));
  } catch (cause) {
    throw new Failure('repository-damaged', { object: 'key file', problem: 'has impossible parameters' }, { cause });
  }
}
