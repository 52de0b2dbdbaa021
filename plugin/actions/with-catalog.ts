import type { Catalog } from '../contracts/catalog.ts';
import type { Account } from '../domain/account.ts';
import { findRepository, openRepository } from './account-repository.ts';
import type { Services } from './services.ts';
import { useCatalog } from './use-catalog.ts';

/** As `useCatalog`, of an account. @throws {Failure} `repository-missing`; what `useCatalog` throws. */
export async function withCatalog<Result>(
  services: Services,
  account: Account,
  signal: AbortSignal,
  work: (catalog: Catalog) => Result,
): Promise<Result> {
  const repository = await openRepository(services, await findRepository(services, account));
  const { generation, name } = account;
  return useCatalog(services, { repository, generation, name }, signal, work);
}
