import type { SealKey } from '../contracts/codec.ts';
import type { KeyOwner, RepositoryKeys } from '../contracts/key-store.ts';
import { parseGeneration, parseRepositoryId } from '../domain/ids.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

const schema = 1;
const fields = ['schema', 'generation', 'repositoryId', 'sealedMasterKey', 'sealedPassword'];

/** JSON with both secrets sealed for exactly this owner. */
export function formatKeyFile(serverKey: Buffer, owner: KeyOwner, keys: RepositoryKeys): string {
  const masterKey = Buffer.concat([keys.masterKey.encrypt, keys.masterKey.macK, keys.masterKey.macR]);
  const file = {
    schema,
    generation: owner.generation,
    repositoryId: owner.repositoryId,
    sealedMasterKey: sealSecret(serverKey, purpose(owner, 'master-key'), masterKey).toString('base64'),
    sealedPassword: sealSecret(serverKey, purpose(owner, 'password'), Buffer.from(keys.password)).toString('base64'),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @returns undefined unless every field is as `formatKeyFile` wrote it for this owner under this server key. */
export function parseKeyFile(serverKey: Buffer, owner: KeyOwner, text: string): RepositoryKeys | undefined {
  const file = parseFields(text);
  if (file === undefined || file.get('schema') !== schema) return undefined;
  if (file.get('generation') !== owner.generation || file.get('repositoryId') !== owner.repositoryId) return undefined;
  const masterKey = openField(serverKey, purpose(owner, 'master-key'), file.get('sealedMasterKey'));
  const password = openField(serverKey, purpose(owner, 'password'), file.get('sealedPassword'));
  if (masterKey?.length !== 64 || password === undefined) return undefined;
  return { masterKey: splitMasterKey(masterKey), password: password.toString('utf8') };
}

/** Whose keys a file says it holds. Nothing of it is proved. @returns undefined when it is no such file. */
export function parseKeyOwner(text: string): KeyOwner | undefined {
  const file = parseFields(text);
  const [generation, repositoryId] = [file?.get('generation'), file?.get('repositoryId')];
  if (typeof generation !== 'string' || typeof repositoryId !== 'string') return undefined;
  try {
    return { generation: parseGeneration(generation), repositoryId: parseRepositoryId(repositoryId) };
  } catch {
    return undefined;
  }
}

/** Bound to the sealed text as additional data, so that no other file or field accepts it. */
function purpose(owner: KeyOwner, which: 'master-key' | 'password'): string {
  return `larder|${schema}|${owner.generation}|${owner.repositoryId}|${which}`;
}

function parseFields(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const entries = new Map<string, unknown>(Object.entries(value));
    return entries.size === fields.length && fields.every((field) => entries.has(field)) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function openField(serverKey: Buffer, boundTo: string, value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const sealed = Buffer.from(value, 'base64');
  return sealed.toString('base64') === value ? openSecret(serverKey, boundTo, sealed) : undefined;
}

function splitMasterKey(bytes: Buffer): SealKey {
  return { encrypt: bytes.subarray(0, 32), macK: bytes.subarray(32, 48), macR: bytes.subarray(48, 64) };
}
