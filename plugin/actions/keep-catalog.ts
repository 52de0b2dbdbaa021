import { isFailure, type FailureCode } from '../domain/failure.ts';
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
