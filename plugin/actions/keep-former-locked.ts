import { openRepository, findRepository } from './account-repository.ts';
import type { CopyGround } from './copy-account.ts';
import { renewLocks } from './renew-locks.ts';
import type { Performing } from './services.ts';

/**
 * After new keys the whole repository is sent, which may take days. Until all of it is there the copy with the former keys
 * is the one that counts, and stays locked.
 */
export async function keepFormerLocked(performing: Performing, ground: CopyGround): Promise<void> {
  const { services } = performing;
  const { records, copyLedger } = services;
  const { account, destination, source } = ground;
  const record = await records.findRepository(account.generation, destination.name);
  if (record === undefined || record.repositoryId === source.id) return;
  const ledger = await copyLedger.load(destination.name, record.repositoryId);
  if (ledger === undefined) return;
  const former = await findRepository(services, account, destination.name);
  const place = await services.openPlace(former.place);
  try {
    const held = { ...ground, found: former, source: await openRepository(services, former), place, ledger };
    const lockedUntil = await renewLocks(performing, held);
    if (lockedUntil !== ledger.lockedUntil)
      await copyLedger.save(destination.name, record.repositoryId, { ...ledger, lockedUntil });
  } finally {
    place.close();
  }
}
