import type { Catalog, CatalogChanges, Catalogs } from '../contracts/catalog.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { lockRepository, type Locker } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import type { ChangesSince } from '../engine/walk-changes.ts';
import { CatalogFeeder } from './catalog-feeder.ts';
import { laneOf, planNextPoint } from './catalog-plan.ts';
import { SnapshotShelf } from './snapshot-shelf.ts';

export interface JustBackedUp {
  readonly snapshotId: SnapshotId;
  readonly changes: ChangesSince | undefined;
}

export interface CatalogTools {
  readonly catalogs: Catalogs;
  readonly locker: Locker;
  /** Who has just backed up holds a lock, and may know what differs. */
  readonly backedUp?: JustBackedUp | undefined;
}

/**
 * Brings a catalog in line with its repository: restore points that were forgotten go, new ones come in the order of
 * time. Where nothing is new only names are listed. What was done until a failure stays done.
 * @throws {Failure} `repository-locked` while others prune; `catalog-damaged`; `busy`; what the store throws.
 */
export async function updateCatalog(
  tools: CatalogTools,
  repository: Repository,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<void> {
  const isOfNews = tools.backedUp !== undefined; // a restore point was made just now
  if (!isOfNews && (await isInLine(repository, catalog))) return;
  await tools.catalogs.inTurn(() => bringInLine(tools, repository, catalog, signal));
}

async function isInLine(repository: Repository, catalog: Catalog): Promise<boolean> {
  const stored = new Set<string>(await repository.listIds('snapshots'));
  const known = catalog.points();
  return known.length === stored.size && known.every(({ id }) => stored.has(id));
}

/** Under a lock, or a prune might take trees away that are then taken for damaged. */
async function bringInLine(
  { locker, backedUp }: CatalogTools,
  repository: Repository,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<void> {
  const lock = backedUp === undefined ? await lockRepository(repository, false, locker) : undefined;
  const feeder = new CatalogFeeder(repository, signal, backedUp);
  try {
    const shelf = await SnapshotShelf.open(repository);
    let isDone = false;
    while (!isDone) {
      await catalog.write(async (changes) => {
        changes.describe(repository.id);
        isDone = await takeStep(catalog, changes, shelf, feeder);
      });
    }
  } finally {
    feeder.close();
    await lock?.release();
  }
}

/**
 * One transaction's work, by what the catalog says now: another process may have been faster.
 * @returns whether nothing is left to do.
 */
async function takeStep(
  catalog: Catalog,
  changes: CatalogChanges,
  shelf: SnapshotShelf,
  feeder: CatalogFeeder,
): Promise<boolean> {
  const known = catalog.points();
  const others = await shelf.loadOthers(known);
  const plan = planNextPoint(known, shelf.ids, others);
  if (plan.remove.length > 0) changes.remove(plan.remove);
  const { add, previous } = plan;
  if (add === undefined) return true;
  changes.add({ id: add.id, time: add.time, tree: add.tree, lane: laneOf(add) });
  await feeder.feed(changes.content, previous === undefined ? undefined : await shelf.load(previous), add);
  return others.length === 1 && plan.remove.length === 0;
}
