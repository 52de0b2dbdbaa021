import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { findRepository, type AccountRepository } from './account-repository.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import type { Services } from './services.ts';

/**
 * The repository of the named account, or of every account that has one.
 * @throws {Failure} `unknown-account`; `repository-missing` when an account was named that has none.
 */
export async function chosenRepositories(
  services: Services,
  name: string | undefined,
  from?: string,
): Promise<AccountRepository[]> {
  if (name !== undefined) return [await findRepository(services, await findAccount(services, name), from)];
  const found = await Promise.all((await knownAccounts(services)).map((account) => ifAny(services, account, from)));
  return found.filter((repository) => repository !== undefined);
}

async function ifAny(services: Services, account: Account, from?: string): Promise<AccountRepository | undefined> {
  try {
    return await findRepository(services, account, from);
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return undefined;
    throw error;
  }
}
