import type { LookOrder } from '../contracts/archive-pool.ts';
import { isFailure } from '../domain/failure.ts';
import type { SnapshotId } from '../domain/ids.ts';
import type { PointLook } from '../domain/point-state.ts';
import { BlobReader } from './blob-reader.ts';
import { findSites, type FoundSite } from './find-sites.ts';
import { findHome, isWithoutHome, rootNode } from './home-tree.ts';
import type { Repository } from './repository.ts';
import type { RepositoryIndex } from './repository-index.ts';
import { samplePoint } from './sample-point.ts';
import { loadSnapshot, type Snapshot } from './snapshot.ts';

/** Stretches of packs are read into the same memory again and again: fresh memory for each would be garbage for long. */
const windowBytes = 524_288;

export interface LookTools {
  readonly repository: Repository;
  readonly index: RepositoryIndex;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * Looks at a restore point as whoever restores would: it is there, its folders can be listed, some contents open, and
 * sites hold the files without which they are none. Damage is found, not thrown.
 * @throws {Failure} what the store throws when it cannot be reached.
 */
export async function lookAtPoint(
  { repository, index, random }: LookTools,
  snapshotId: SnapshotId,
  { contents, sites }: LookOrder,
): Promise<PointLook> {
  const reader = new BlobReader(repository, index, windowBytes);
  try {
    const snapshot = await loadSnapshot(repository, snapshotId);
    const { lost } = await samplePoint(reader, rootNode(snapshot), contents, random);
    const missing = await findMissing(reader, snapshot, sites);
    const damage = lost.length === 0 ? undefined : { kinds: ['damaged-blob'], paths: lost, needsReading: true };
    return { damage, missing };
  } catch (error) {
    if (!isFailure(error, 'repository-damaged')) throw error;
    return { damage: { kinds: ['damaged-tree'], paths: [], needsReading: true }, missing: undefined };
  } finally {
    reader.close();
  }
}

async function findMissing(
  reader: BlobReader,
  snapshot: Snapshot,
  rules: LookOrder['sites'],
): Promise<string[] | undefined> {
  if (isWithoutHome(snapshot)) return undefined;
  try {
    return missingPaths(await findSites(reader, await findHome(reader, snapshot), rules));
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined; // some paths of it alone were backed up
    throw error;
  }
}

/** Below the home, as people see paths. */
function missingPaths(sites: readonly FoundSite[]): string[] {
  return sites.flatMap(({ path, missing }) => missing.map((name) => (path === '' ? name : `${path}/${name}`)));
}
