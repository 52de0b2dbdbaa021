import { ownKeyObject, storeWhole } from '../archives/make-archive.ts';
import type { ArchiveStore } from '../contracts/archive-store.ts';
import type { OwnKey, WrappedIdentity } from '../contracts/own-keys.ts';

/**
 * Sees to it that the account's wrapped keys lie beside its archives, so that the passphrase and stock tools are enough.
 * @param lockedUntil of an archive that needs them: where objects are locked, a key is for as long.
 * @throws {Failure} `destination-unreachable`, `no-space`.
 */
export async function putOwnKeys(
  store: ArchiveStore,
  folder: string,
  { current, former }: OwnKey,
  lockedUntil?: Date,
): Promise<void> {
  const sizes = new Map((await store.list(`${folder}/`)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  for (const one of former) await putOne(store, folder, one, { sizes, lockedUntil: undefined });
  await putOne(store, folder, current, { sizes, lockedUntil });
}

interface Wanted {
  readonly sizes: ReadonlyMap<string, number>;
  readonly lockedUntil: Date | undefined;
}

async function putOne(
  store: ArchiveStore,
  folder: string,
  { recipient, wrapped }: WrappedIdentity,
  { sizes, lockedUntil }: Wanted,
): Promise<void> {
  const key = ownKeyObject(folder, recipient);
  const bytes = Buffer.from(wrapped, 'base64');
  const isSameSize = sizes.get(key) === bytes.length;
  const isThere = isSameSize && (await store.readRange(key, 0, bytes.length)).equals(bytes);
  if (isThere && (lockedUntil === undefined || ((await store.lockedUntil(key)) ?? 0) >= lockedUntil)) return;
  await storeWhole(store, key, bytes); // what is written anew is locked anew
}
