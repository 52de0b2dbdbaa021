import type { ArchiveOutcome, LookOrder } from '../contracts/archive-pool.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { isVerified, type PointLook } from '../domain/point-state.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { placeOf } from './known-states.ts';
import type { Services } from './services.ts';

/** How every new restore point is looked at. */
export function lookOrder({ configuration }: Services): LookOrder {
  const { blobs, sites } = configuration.proof.verify;
  return { contents: blobs, sites };
}

/**
 * Keeps with a restore point that was just made what a look at it found. One of the very same content as an earlier
 * one that was found whole needs no other look: nothing was stored, and it counts as looked at when that one was.
 * @throws {Failure} `destination-unreachable`, and whatever keeps the repository from being opened.
 */
export async function verifyNewPoint(
  services: Services,
  found: AccountRepository,
  { snapshotId, look, sameAs }: ArchiveOutcome,
): Promise<void> {
  const known = look === undefined ? await knownLook(services, found, sameAs) : undefined;
  const now = services.clock.now();
  const finding = known ?? { at: now, ...(look ?? (await lookNow(services, found, snapshotId))) };
  await services.verifications.note(placeOf(found), [{ ...finding, snapshotId, depth: 'sample' }]);
}

async function knownLook(
  services: Services,
  found: AccountRepository,
  sameAs: SnapshotId | undefined,
): Promise<(PointLook & { readonly at: Date }) | undefined> {
  if (sameAs === undefined) return undefined;
  const known = (await services.verifications.states(placeOf(found))).get(sameAs);
  if (known?.verifiedAt === undefined || !isVerified(known)) return undefined;
  return { at: known.verifiedAt, damage: undefined, missing: known.missing };
}

async function lookNow(services: Services, found: AccountRepository, snapshotId: SnapshotId): Promise<PointLook> {
  const [{ lookAtPoint }, { RepositoryIndex }] = await Promise.all([
    import('../engine/look-at-point.ts'),
    import('../engine/repository-index.ts'),
  ]);
  const repository = await openRepository(services, found);
  const index = await RepositoryIndex.load(repository);
  const random = (): number => services.randomSecret().readUInt32LE() / 2 ** 32;
  return lookAtPoint({ repository, index, random }, snapshotId, lookOrder(services));
}
