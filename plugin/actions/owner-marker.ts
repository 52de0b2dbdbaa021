import type { Place } from '../contracts/place.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { placeBelow, type Services } from './services.ts';

/** Says whose destination it is, so that two servers never write to one by mistake. */
const markerKey = 'larder-owner.json';

/**
 * Claims a destination for this server, or sees that it is this server's.
 * @throws {Failure} `destination-refused` when it is another's.
 */
export async function claimDestination(services: Services, destination: DestinationConfiguration): Promise<void> {
  const place = await services.openPlace(placeBelow(services.configuration, destination, ''));
  const owner = (await readOwner(place)) ?? (await writeOwner(services, place));
  if (owner === services.serverId) return;
  const problem = `it belongs to another server (${owner.slice(0, 12)}); give each its own prefix or folder`;
  throw new Failure('destination-refused', { destination: destination.name, problem });
}

/** @returns undefined when nobody has claimed it. */
export async function readOwner(place: Place): Promise<string | undefined> {
  try {
    const { server } = JSON.parse((await place.store.read(markerKey)).toString('utf8')) as { server?: unknown };
    return typeof server === 'string' ? server : 'unreadable';
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

/** Whoever was faster owns it. Some servers let several win: what is read afterwards decides. */
async function writeOwner({ serverId, clock }: Services, place: Place): Promise<string> {
  const marker = { server: serverId, claimedAt: clock.now().toISOString() };
  await place.writeNew(markerKey, Buffer.from(JSON.stringify(marker)));
  return (await readOwner(place)) ?? 'unreadable';
}
