import { isFailure } from '../domain/failure.ts';
import type { Account } from '../domain/account.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { Answer, PointLine, Request } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { isArchives } from './is-archives.ts';
import { withStates } from './known-states.ts';
import { isMadeOf } from './path-coverage.ts';
import { withCopies } from './point-copies.ts';
import { toPointLine } from './restore-points.ts';
import { primaryDestination, type Performing, type Services } from './services.ts';
import { withCatalog } from './with-catalog.ts';

/**
 * Every restore point of an account, those that were made of all paths `of`, or those in which a path is not as in the
 * one before; oldest first. What changed is counted where the catalog can be used.
 * @throws {Failure} `path-outside-home`; with a path whatever keeps the catalog from being used.
 */
export async function listPoints(
  performing: Performing,
  request: Omit<Extract<Request, { kind: 'list' }>, 'kind'>,
): Promise<Answer<'list'>> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  if (isArchives(services, request.from)) {
    const { listArchivePoints } = await import('./archive-points.ts');
    return listArchivePoints(services, account);
  }
  if (request.from === undefined && !(await wasEverBackedUp(services, account))) {
    return { account: account.name, points: [] };
  }
  const found = await findRepository(services, account, request.from);
  const { snapshots } = await listSnapshots(await openRepository(services, found));
  const paths = (request.of ?? []).map((path) => parseHomePath(path, account.home));
  const wanted = snapshots.filter((snapshot) => isMadeOf(snapshot, paths));
  const known = await withStates(services, found, wanted.map(toPointLine));
  const all = await withCopies(services, found, known);
  if (request.changed !== undefined) {
    const path = parseHomePath(request.changed, account.home);
    return { account: account.name, points: await changedOf(performing, account, all, path) };
  }
  const counted = await countIfPossible(performing, account);
  return { account: account.name, points: all.map((point) => ({ ...point, ...counted.get(point.id) })) };
}

/** As far as is written down: one that is new has no restore points, which is no failure. */
async function wasEverBackedUp({ records, configuration }: Services, { generation }: Account): Promise<boolean> {
  return (await records.findRepository(generation, primaryDestination(configuration).name)) !== undefined;
}

type Counts = Pick<PointLine, 'added' | 'changed' | 'removed'>;
type CountsByPoint = ReadonlyMap<string, Counts | undefined>;

function countsOf({ services, signal }: Performing, account: Account): Promise<CountsByPoint> {
  return withCatalog(services, account, signal, (catalog) => {
    return new Map(catalog.points().map(({ id, counts }) => [id, counts]));
  });
}

/** The list is right without counts, too. */
async function countIfPossible(performing: Performing, account: Account): Promise<CountsByPoint> {
  try {
    return await countsOf(performing, account);
  } catch (error) {
    if (isFailure(error)) return new Map();
    throw error;
  }
}

async function changedOf(
  performing: Performing,
  account: Account,
  all: readonly PointLine[],
  path: readonly Buffer[],
): Promise<PointLine[]> {
  const { services, signal } = performing;
  return withCatalog(services, account, signal, (catalog) => {
    const changed = new Set<string>(catalog.changedPoints(path));
    const counts: CountsByPoint = new Map(catalog.points().map((point) => [point.id, point.counts]));
    return all.filter(({ id }) => changed.has(id)).map((point) => ({ ...point, ...counts.get(point.id) }));
  });
}
