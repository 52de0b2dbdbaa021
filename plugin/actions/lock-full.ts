import type { ArchiveFacts } from '../archives/archive-facts.ts';
import { indexKey, zipKey } from '../archives/make-archive.ts';
import { isFailure } from '../domain/failure.ts';
import type { AccountArchives } from './account-archives.ts';
import type { Services } from './services.ts';

/**
 * Where objects are locked, a full archive is for as long as the differential one that needs it. Where the key may not lock
 * that is no failure: until when all of it is locked is read back later.
 * @throws {Failure} `destination-unreachable`, `not-found`.
 */
export async function lockFullAsLong(
  { log }: Pick<Services, 'log'>,
  { store, folder, account, destination }: AccountArchives,
  { name, full }: Pick<ArchiveFacts, 'name' | 'full'>,
): Promise<void> {
  const until = full === undefined ? undefined : await store.lockedUntil(zipKey(folder, name));
  if (full === undefined || until === undefined) return;
  try {
    await store.lock(zipKey(folder, full), until);
    await store.lock(indexKey(folder, full), until);
  } catch (error) {
    if (!isFailure(error, 'destination-refused')) throw error;
    log.warn('full-archive-not-locked', { account, destination, archive: full, error });
  }
}
