import type { RepositoryRecord } from '../contracts/records.ts';
import type { DestinationConfiguration, RepositoryPlace } from '../domain/destination.ts';
import { isFailure, type Failure } from '../domain/failure.ts';
import { parseRepositoryFolder } from '../domain/plan-renewal.ts';
import { folders } from '../engine/format.ts';
import type { Services } from './services.ts';

/** A folder at a destination that somebody without this server would find, or should. */
export interface RecoveryPlace {
  readonly place: RepositoryPlace;
  /** Undefined for what the records do not know. */
  readonly record: RepositoryRecord | undefined;
}

export interface RecoveryPlaces {
  readonly places: readonly RecoveryPlace[];
  /** Destinations that could not be looked at. */
  readonly unreachable: readonly { readonly destination: DestinationConfiguration; readonly failure: Failure }[];
}

/** Every repository at every destination: what the records know, and what lies there without their knowing. */
export async function recoveryPlaces(services: Services): Promise<RecoveryPlaces> {
  const records = await services.records.listRepositories();
  const places: RecoveryPlace[] = [];
  const unreachable: RecoveryPlaces['unreachable'][number][] = [];
  for (const destination of services.configuration.destinations.filter(({ role }) => role !== 'archives')) {
    const known = records.filter((record) => record.destination === destination.name);
    try {
      places.push(...(await placesAt(services, destination, known)));
    } catch (failure) {
      if (!isFailure(failure)) throw failure;
      unreachable.push({ destination, failure });
    }
  }
  return { places, unreachable };
}

async function placesAt(
  services: Services,
  destination: DestinationConfiguration,
  known: readonly RepositoryRecord[],
): Promise<RecoveryPlace[]> {
  const top = await services.openPlace(uncached(destination, ''));
  try {
    const there = (await top.listFolders()).filter((folder) => parseRepositoryFolder(folder) !== undefined);
    const recorded = known.map((record) => ({ place: uncached(destination, record.folder), record }));
    const others: RecoveryPlace[] = [];
    for (const folder of there.filter((name) => known.every((record) => record.folder !== name)).toSorted()) {
      const place = uncached(destination, folder);
      if (await holdsPoints(services, place)) others.push({ place, record: undefined });
    }
    return [...recorded, ...others];
  } finally {
    top.close();
  }
}

/** What is kept on this disk does not count: it is gone with the server. */
export function uncached(destination: DestinationConfiguration, folder: string): RepositoryPlace {
  return { destination, folder, cacheFolder: undefined };
}

/** A making that was cut short leaves a folder in which nothing is lost. */
async function holdsPoints(services: Services, place: RepositoryPlace): Promise<boolean> {
  return (await (await services.openStore(place)).list(folders.snapshots)).length > 0;
}
