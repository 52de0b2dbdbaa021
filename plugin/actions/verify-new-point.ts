import type { PointFinding } from '../domain/point-state.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { isFailure } from '../domain/failure.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findSites, type FoundSite } from '../engine/find-sites.ts';
import { findHome } from '../engine/home-tree.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import { samplePoint } from '../engine/sample-point.ts';
import { loadSnapshot } from '../engine/snapshot.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { placeOf } from './known-states.ts';
import type { Services } from './services.ts';

/**
 * Looks at a restore point that was just made, as whoever restores would: it is there, its home can be listed, some
 * contents open, and sites hold the files without which they are none. What is found is kept with the restore point.
 * @throws {Failure} `destination-unreachable`, and whatever keeps the repository from being opened.
 */
export async function verifyNewPoint(
  services: Services,
  found: AccountRepository,
  snapshotId: SnapshotId,
): Promise<PointFinding> {
  const finding = await look(services, found, snapshotId);
  await services.verifications.note(placeOf(found), [finding]);
  return finding;
}

async function look(services: Services, found: AccountRepository, snapshotId: SnapshotId): Promise<PointFinding> {
  const at = services.clock.now();
  const { blobs, sites: rules } = services.configuration.proof.verify;
  const repository = await openRepository(services, found);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  try {
    const home = await findHome(reader, await loadSnapshot(repository, snapshotId));
    const { lost } = await samplePoint(reader, home, blobs, () => randomShare(services));
    const missing = missingPaths(await findSites(reader, home, rules));
    const damage = lost.length === 0 ? undefined : { kinds: ['damaged-blob'], paths: lost, needsReading: true };
    return { snapshotId, depth: 'sample', at, damage, missing };
  } catch (error) {
    if (isFailure(error, 'not-found')) return { snapshotId, depth: 'sample', at, damage: undefined }; // it holds no files
    if (!isFailure(error, 'repository-damaged')) throw error;
    return { snapshotId, depth: 'sample', at, damage: { kinds: ['damaged-tree'], paths: [], needsReading: true } };
  } finally {
    reader.close();
  }
}

/** Below the home, as people see paths. */
export function missingPaths(sites: readonly FoundSite[]): string[] {
  return sites.flatMap(({ path, missing }) => missing.map((name) => (path === '' ? name : `${path}/${name}`)));
}

/** From 0 up to 1. */
function randomShare(services: Services): number {
  return services.randomSecret().readUInt32LE() / 2 ** 32;
}
