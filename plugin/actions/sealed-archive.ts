/** Archives that are sealed with a passphrase of the account's own: what this server can do with them all the same. */
import { openIndex } from '../archives/archive-index.ts';
import { indexKey, zipKey, type MadeArchive } from '../archives/make-archive.ts';
import { readByIndex, type ReadableArchive } from '../archives/open-archive.ts';
import { hashSealed } from '../archives/sealed-hash.ts';
import { sourceOf } from '../archives/sealed-object.ts';
import type { ByteSource } from '../contracts/byte-source.ts';
import { Failure } from '../domain/failure.ts';
import type { AccountArchives, KnownArchive } from './account-archives.ts';
import type { Services } from './services.ts';

/**
 * Reads an archive at its destination with the keys with which this process made it, and has nobody else's.
 * @throws {Failure} `archive-damaged` when its index did not arrive as it was sent; `destination-unreachable`.
 */
export async function openJustMade(
  open: AccountArchives,
  { facts, index, plainIndex }: MadeArchive,
): Promise<ReadableArchive> {
  const { store, folder } = open;
  const arrived = await store.readRange(indexKey(folder, facts.name), 0, index.length);
  if (!arrived.equals(index))
    throw new Failure('archive-damaged', { archive: facts.name, problem: 'its index is not what was sent' });
  const address = { store, folder, name: facts.name, identities: [] };
  return readByIndex(address, await openIndex(facts.name, inMemory(plainIndex)));
}

function inMemory(bytes: Buffer): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
  };
}

const hashKey = (zip: string): string => `${zip}.sha256`;

/** Kept on this disk, so that later anybody can tell whether what lies there is what was sent. */
export async function keepSealedHash({ archives }: Services, zip: string, sha256: string): Promise<void> {
  await archives.keepIndex(hashKey(zip), Buffer.from(sha256));
}

export async function dropSealedHash({ archives }: Services, zip: string): Promise<void> {
  await archives.dropIndex(hashKey(zip));
}

/**
 * Whether a sealed archive lies there as it was sent: `full` reads all of it, otherwise its beginning alone. Where this server
 * no longer knows what it sent, only that it is there. @returns the bytes that were read; undefined when it is another.
 * @throws {Failure} `not-found`, `destination-unreachable`.
 */
export async function checkSealed(
  { archives }: Services,
  { store, folder }: AccountArchives,
  { name, sealedBytes }: KnownArchive,
  { full, signal }: { readonly full: boolean; readonly signal: AbortSignal },
): Promise<number | undefined> {
  const key = zipKey(folder, name);
  const sent = (await archives.readKeptIndex(hashKey(key)))?.toString('latin1');
  if (full && sent !== undefined) {
    return (await hashSealed(sourceOf(store, key, sealedBytes), signal)) === sent ? sealedBytes : undefined;
  }
  const start = await store.readRange(key, 0, Math.min(sealedBytes, ageBeginning.length));
  return start.toString('latin1') === ageBeginning ? start.length : undefined;
}

const ageBeginning = 'age-encryption.org/v1\n';
