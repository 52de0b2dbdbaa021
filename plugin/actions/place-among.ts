import type { RepositoryRecord } from '../contracts/records.ts';
import type { Account } from '../domain/account.ts';
import type { RepositoryPlace } from '../domain/destination.ts';
import { newestFolderFirst } from '../domain/plan-renewal.ts';
import { isRetired } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { RecoveredLine } from '../protocol/copies.ts';
import { findRepository, openRecorded } from './account-repository.ts';
import { adoptSuccessor } from './adopt-successor.ts';
import { closeFormer, finishRenewal } from './finish-renewal.ts';
import { primaryDestination, type Performing, type Services } from './services.ts';
import { isStaleSuccessor } from './stale-successor.ts';

/** A repository of an account that was found at a destination where the records name one. */
export interface FoundRepository {
  readonly account: Account;
  readonly place: RepositoryPlace;
  readonly repository: Repository;
  /** In folders before this one. */
  openOlder(): Promise<readonly Repository[]>;
}

/**
 * What a repository is beside the one that the records name: the same; one before it, which is remembered as such; or one
 * after it, which takes its place when nobody uses that any more. Of two in one folder only one can be: never the unknown one.
 */
export async function placeAmong(
  performing: Performing,
  known: RepositoryRecord,
  found: FoundRepository,
): Promise<RecoveredLine['outcome']> {
  const { services } = performing;
  const { account, place, repository } = found;
  if (known.repositoryId === repository.id) {
    if (isPrimary(services, known)) await finishBegun(performing, known, account);
    return 'known';
  }
  if (known.folder === place.folder) return 'not-used';
  if (newestFolderFirst(place.folder, known.folder) > 0) return rememberFormer(services, known, found);
  if (!(await isOver(services, known, repository))) return 'not-used';
  if (await isStaleSuccessor(repository, await found.openOlder())) return 'not-used';
  const { snapshots } = await listSnapshots(repository);
  const former = await adoptSuccessor(performing, { account, ...known }, { repository, place, snapshots, passed: [] });
  if (isPrimary(services, known))
    await finishRenewal(performing, await findRepository(services, account), former, false);
  else await services.records.closeFormerRepository(former);
  return 'attached';
}

const isPrimary = ({ configuration }: Services, { destination }: RepositoryRecord): boolean =>
  primaryDestination(configuration).name === destination;

/** After an exchange that was killed before what comes after it had ended. */
async function finishBegun(performing: Performing, known: RepositoryRecord, account: Account): Promise<void> {
  const { services } = performing;
  for (const former of await services.records.listFormerRepositories()) {
    const isOfIt = former.generation === known.generation && former.destination === known.destination;
    if (former.isClosed || !isOfIt) continue;
    await finishRenewal(performing, await findRepository(services, account), former, false);
  }
}

/**
 * When another took its place nobody knows any more. One that lost its lock is locked for good again before it is remembered: one
 * that is open is what the next renewal would end, in the place of renewing.
 * @throws {Failure} `repository-locked`; then it is not remembered.
 */
async function rememberFormer(
  services: Services,
  known: RepositoryRecord,
  { repository, place: { folder } }: FoundRepository,
): Promise<'former'> {
  const at = services.clock.now();
  const record = { ...known, repositoryId: repository.id, folder, createdAt: at };
  const former = { ...record, replacedAt: at, job: undefined, isClosed: true };
  if (isPrimary(services, known)) await closeFormer(services, former);
  await services.records.addFormerRepository(former);
  return 'former';
}

/** Whether the one that the records name was replaced or is gone. A copy is as soon as the repository itself is. */
async function isOver(services: Services, known: RepositoryRecord, successor: Repository): Promise<boolean> {
  const { configuration, records } = services;
  if (!isPrimary(services, known)) {
    const primary = await records.findRepository(known.generation, primaryDestination(configuration).name);
    if (primary?.repositoryId === successor.id) return true;
  }
  const repository = await openRecorded(services, known);
  if (repository === undefined || (await isRetired(repository))) return true;
  return (await repository.listIds('snapshots')).length === 0;
}
