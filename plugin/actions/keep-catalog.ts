import { isFailure, type FailureCode } from '../domain/failure.ts';
import type { Account } from '../domain/account.ts';
import type { Repository } from '../engine/repository.ts';
import type { Services } from './services.ts';
import type { CatalogTools } from './update-catalog.ts';
import { useCatalog, type Catalogued } from './use-catalog.ts';

/**
 * Brings a catalog in line after restore points changed. It never fails what it comes after: who asks the catalog next
 * brings it in line, or is told why not. @returns the failure's code, when there was one.
 */
export async function keepCatalog(
  tools: CatalogTools,
  catalogued: Catalogued,
  signal: AbortSignal,
): Promise<FailureCode | undefined> {
  try {
    await useCatalog(tools, catalogued, signal, () => {});
    return undefined;
  } catch (error) {
    return isFailure(error) ? error.code : 'catalog-damaged';
  }
}

/** The same, for whoever has a log. */
export async function keepCatalogOrWarn(
  services: Services,
  { repository, ...account }: { readonly repository: Repository } & Account,
  signal: AbortSignal,
): Promise<void> {
  warnOfCatalog(services, account.name, await keepCatalog(services, { repository, ...account }, signal));
}

/** @param code what `keepCatalog` gave. */
export function warnOfCatalog({ log }: Services, account: string, code: string | undefined): void {
  if (code !== undefined) log.warn('catalog-not-kept', { account, code });
}
