import { indexKey, zipKey } from '../archives/make-archive.ts';
import type { AccountArchives } from './account-archives.ts';
import { dropSealedHash } from './sealed-archive.ts';
import type { Services } from './services.ts';

/**
 * Removes an archive, and what this server keeps of it. The index goes first: a zip without it is still an archive, an
 * index without a zip is none.
 * @throws {Failure} `destination-locked`, `destination-refused`, `destination-unreachable`.
 */
export async function removeArchive(
  services: Services,
  { store, folder }: Pick<AccountArchives, 'store' | 'folder'>,
  name: string,
): Promise<void> {
  const [index, zip] = [indexKey(folder, name), zipKey(folder, name)];
  await store.remove(index);
  await store.remove(zip);
  await services.archives.dropIndex(index);
  await dropSealedHash(services, zip);
}
