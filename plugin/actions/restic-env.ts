import type { Answer } from '../protocol/requests.ts';
import { findRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';

/** With what stock restic opens an account's repository. @throws {Failure} `repository-missing`, `key-unusable`. */
export async function resticEnvironment(
  services: Services,
  accountName: string,
  destination?: string,
): Promise<Answer<'keys-restic-env'>> {
  const found = await findRepository(services, await findAccount(services, accountName), destination);
  return { repository: found.location, password: found.keys.password };
}
