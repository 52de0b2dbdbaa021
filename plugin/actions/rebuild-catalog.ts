import { isFailure } from '../domain/failure.ts';
import type { Account } from '../domain/account.ts';
import type { Answer } from '../protocol/requests.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import type { Performing } from './services.ts';
import { withCatalog } from './with-catalog.ts';

type Rebuilt = Answer<'catalog-rebuild'>['catalogs'][number];

/**
 * Makes catalogs anew from the restore points. Of all accounts, those that were never backed up are left out.
 * @throws {Failure} `unknown-account`, `repository-missing`, `repository-locked`.
 */
export async function rebuildCatalogs(
  performing: Performing,
  request: { account: string | undefined },
): Promise<Answer<'catalog-rebuild'>> {
  const { services } = performing;
  if (request.account !== undefined) {
    return { catalogs: [await rebuild(performing, await findAccount(services, request.account))] };
  }
  const catalogs: Rebuilt[] = [];
  for (const account of await knownAccounts(services)) {
    catalogs.push(...(await rebuildIfBackedUp(performing, account)));
  }
  return { catalogs };
}

async function rebuildIfBackedUp(performing: Performing, account: Account): Promise<Rebuilt[]> {
  try {
    return [await rebuild(performing, account)];
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return [];
    throw error;
  }
}

async function rebuild({ services, signal }: Performing, account: Account): Promise<Rebuilt> {
  services.catalogs.drop(account.generation);
  return withCatalog(services, account, signal, (catalog) => {
    return { account: account.name, points: catalog.points().length, paths: catalog.countPaths() };
  });
}
