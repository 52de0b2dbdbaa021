import type { CopyRecord } from '../contracts/copy-ledger.ts';
import { isFailure, type FailureCode } from '../domain/failure.ts';
import type { RepositoryId } from '../domain/ids.ts';
import { openRepository, findRepository } from './account-repository.ts';
import type { CopyGround } from './copy-account.ts';
import { renewLocks } from './renew-locks.ts';
import type { Performing } from './services.ts';

/** The former copy is gone, damaged, or closed for good: the new one is needed all the more. */
const notThere: ReadonlySet<string> = new Set([
  'repository-missing',
  'repository-damaged',
  'key-unusable',
] satisfies FailureCode[]);

/**
 * After new keys the whole repository is sent, which may take days. Until all of it is there the copy with the former keys
 * is the one that counts, and stays locked. What is wrong with that copy does not keep the new one from being made.
 */
export async function keepFormerLocked(performing: Performing, ground: CopyGround): Promise<void> {
  if (ground.place.locks === undefined) return;
  const { records, copyLedger, log } = performing.services;
  const { account, destination, source } = ground;
  const record = await records.findRepository(account.generation, destination.name);
  if (record === undefined || record.repositoryId === source.id) return;
  const ledger = await copyLedger.load(destination.name, record.repositoryId);
  if (ledger === undefined) return;
  try {
    await lockFormer(performing, ground, { id: record.repositoryId, ledger });
  } catch (error) {
    if (!isFailure(error) || !notThere.has(error.code)) throw error;
    log.warn('former-copy-not-locked', { account: account.name, destination: destination.name, error });
  }
}

async function lockFormer(
  performing: Performing,
  ground: CopyGround,
  { id, ledger }: { readonly id: RepositoryId; readonly ledger: CopyRecord },
): Promise<void> {
  const { services } = performing;
  const { account, destination } = ground;
  const former = await findRepository(services, account, destination.name);
  const place = await services.openPlace(former.place);
  try {
    const held = { ...ground, found: former, source: await openRepository(services, former), place, ledger };
    const lockedUntil = await renewLocks(performing, held);
    if (lockedUntil !== ledger.lockedUntil)
      await services.copyLedger.save(destination.name, id, { ...ledger, lockedUntil });
  } finally {
    place.close();
  }
}
