import { ownKeyObject, storeWhole } from '../archives/make-archive.ts';
import type { ArchiveStore } from '../contracts/archive-store.ts';
import type { OwnKey, WrappedIdentity } from '../contracts/own-keys.ts';

/**
 * Sees to it that the account's wrapped keys lie beside its archives, so that the passphrase and stock tools are enough.
 * @throws {Failure} `destination-unreachable`, `no-space`.
 */
export async function putOwnKeys(store: ArchiveStore, folder: string, { current, former }: OwnKey): Promise<void> {
  const sizes = new Map((await store.list(`${folder}/`)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  for (const one of [...former, current]) await putOne(store, folder, one, sizes);
}

async function putOne(
  store: ArchiveStore,
  folder: string,
  { recipient, wrapped }: WrappedIdentity,
  sizes: ReadonlyMap<string, number>,
): Promise<void> {
  const key = ownKeyObject(folder, recipient);
  const bytes = Buffer.from(wrapped, 'base64');
  const isSameSize = sizes.get(key) === bytes.length;
  if (isSameSize && (await store.readRange(key, 0, bytes.length)).equals(bytes)) return;
  await storeWhole(store, key, bytes);
}
