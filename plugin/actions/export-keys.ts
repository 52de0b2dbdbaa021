import { locationOf } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import type { ExportedKeys } from '../protocol/keys.ts';
import { repositoryFolder } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { placeBelow, primaryDestination, type Services } from './services.ts';

/**
 * With what stock restic opens everything of an account, wherever it lies. Secret.
 * @throws {Failure} `unknown-account`, `repository-missing`, `key-unusable`.
 */
export async function exportKeys(services: Services, name: string): Promise<ExportedKeys> {
  const { configuration, records, keys } = services;
  const account = await findAccount(services, name);
  const found = await Promise.all(
    configuration.destinations.map(async (destination) => {
      const record = await records.findRepository(account.generation, destination.name);
      return record === undefined ? [] : [{ destination, record }];
    }),
  );
  const all = found.flat();
  const [first] = all;
  if (first === undefined) {
    const place = placeBelow(configuration, primaryDestination(configuration), repositoryFolder(account));
    throw new Failure('repository-missing', { location: locationOf(place) });
  }
  const { password } = await keys.load({ generation: account.generation, repositoryId: first.record.repositoryId });
  const repositories = all.map(({ destination, record }) => {
    const location = locationOf({ destination, folder: record.folder });
    return { destination: destination.name, kind: destination.kind, location };
  });
  return { account: account.name, password, repositories };
}
