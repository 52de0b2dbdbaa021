import { locationOf } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { repositoryFolder } from '../domain/plan-renewal.ts';
import type { ExportedKeys } from '../protocol/keys.ts';
import { findAccount } from './find-account.ts';
import { placeBelow, primaryDestination, type Services } from './services.ts';

/**
 * With what stock restic opens everything of an account, wherever it lies; first where it was made. Secret. A copy that still has keys from before
 * a renewal is left out.
 * @throws {Failure} `unknown-account`, `repository-missing`, `key-unusable`.
 */
export async function exportKeys(services: Services, name: string): Promise<ExportedKeys> {
  const { configuration, records, keys } = services;
  const account = await findAccount(services, name);
  const primary = primaryDestination(configuration);
  const copies = configuration.destinations.filter((destination) => destination !== primary);
  const found = await Promise.all(
    [primary, ...copies].map(async (destination) => {
      const record = await records.findRepository(account.generation, destination.name);
      return record === undefined ? [] : [{ destination, record }];
    }),
  );
  const [first] = found.flat();
  if (first === undefined) {
    const place = placeBelow(configuration, primary, repositoryFolder(account));
    throw new Failure('repository-missing', { location: locationOf(place) });
  }
  const { repositoryId } = first.record;
  const { password } = await keys.load({ generation: account.generation, repositoryId });
  const same = found.flat().filter(({ record }) => record.repositoryId === repositoryId);
  const repositories = same.map(({ destination, record }) => {
    const location = locationOf({ destination, folder: record.folder });
    return { destination: destination.name, kind: destination.kind, location };
  });
  return { account: account.name, password, repositories };
}
