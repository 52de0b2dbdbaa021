/** What must be so before a repository goes in whose place another one is used. */
import type { FormerRepository } from '../contracts/records.ts';
import { locationOf } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { systemAccount } from '../domain/system-account.ts';
import { configKey, folders } from '../engine/format.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { checkAndNote } from './check-and-note.ts';
import { primaryDestination, type Performing, type Services } from './services.ts';

/**
 * The new key is on this server alone until the server's own next restore point: brought back from an older one, the server
 * would open the former repository and nothing else. Where it has none at all, nothing is brought back from one.
 * @throws {Failure} `server-point-old`.
 */
export async function refuseWithoutServerPoint(services: Services, { replacedAt }: FormerRepository): Promise<void> {
  const server = systemAccount(services.serverId);
  const primary = primaryDestination(services.configuration).name;
  if ((await services.records.findRepository(server.generation, primary)) === undefined) return;
  const { snapshots } = await listSnapshots(await openRepository(services, await findRepository(services, server)));
  const newest = snapshots.at(-1)?.time;
  if (newest === undefined || newest > replacedAt) return;
  throw new Failure('server-point-old', { made: newest.toISOString(), renewed: replacedAt.toISOString() });
}

/**
 * How many restore points are in neither the present repository of that place nor that of the primary destination: a copy
 * may have kept longer, the present one may have forgotten some since.
 * @throws {Failure} `successor-empty` when the present one holds nothing at all.
 */
export async function countOnlyThere(
  services: Services,
  present: AccountRepository,
  keys: readonly string[],
): Promise<number> {
  const there = keys
    .filter((key) => key.startsWith(folders.snapshots))
    .map((key) => key.slice(folders.snapshots.length));
  const known = await formerIdsOf(services, present);
  if (there.length > 0 && known === undefined)
    throw new Failure('successor-empty', { location: locationOf(present.place), count: there.length });
  const isPrimary = present.destination === primaryDestination(services.configuration).name;
  const elsewhere = isPrimary ? known : await formerIdsOf(services, await findRepository(services, present.account));
  return there.filter((id) => known?.has(id) !== true && elsewhere?.has(id) !== true).length;
}

/** @returns undefined when there is no restore point. */
async function formerIdsOf(services: Services, found: AccountRepository): Promise<Set<string> | undefined> {
  const { snapshots } = await listSnapshots(await openRepository(services, found));
  if (snapshots.length === 0) return undefined;
  return new Set<string>(snapshots.flatMap(({ formerIds = [] }) => formerIds));
}

/** Of what is locked there at all, the restore points and what they need are. @throws {Failure} `destination-locked`. */
export async function refuseLocked(
  { clock }: Services,
  { locks }: Awaited<ReturnType<Services['openPlace']>>,
  { destination }: FormerRepository,
  keys: readonly string[],
): Promise<void> {
  if (locks === undefined) return;
  for (const key of keys.filter((one) => one === configKey || one.startsWith(folders.snapshots))) {
    const until = await locks.lockedUntil(key);
    if (until === undefined || until <= clock.now()) continue;
    throw new Failure('destination-locked', { destination, object: key, until: until.toISOString() });
  }
}

/**
 * @param acceptLoss what no index names does not count: that is how `keys renew --accept-loss` leaves what was lost before.
 * @throws {Failure} `repository-damaged` unless everything of the present repository reads back.
 */
export async function refuseDamaged(
  performing: Performing,
  present: AccountRepository,
  acceptLoss: boolean,
): Promise<void> {
  const { result } = await checkAndNote(performing, present, 'full');
  const first = result.damage.find(({ kind }) => !acceptLoss || kind !== 'missing-blob');
  if (first === undefined) return;
  const location = locationOf(present.place);
  throw new Failure('repository-damaged', {
    object: first.object,
    problem: `(${first.kind}) is not whole in ${location}`,
  });
}
