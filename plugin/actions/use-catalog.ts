import type { Catalog } from '../contracts/catalog.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import type { Repository } from '../engine/repository.ts';
import { updateCatalog, type CatalogTools } from './update-catalog.ts';

/** Whose catalog it is. */
export interface Catalogued {
  readonly repository: Repository;
  readonly generation: Generation;
  /** For people. */
  readonly name: string;
}

/**
 * Gives `work` a catalog, in line with its repository. While others prune it may lag behind. One that is damaged is
 * made anew.
 * @throws {Failure} `catalog-damaged` when it is damaged at once again; what `work` throws.
 */
export async function useCatalog<Result>(
  tools: CatalogTools,
  catalogued: Catalogued,
  signal: AbortSignal,
  work: (catalog: Catalog) => Result,
): Promise<Result> {
  const attempt = (): Promise<Result> => openAndWork(tools, catalogued, signal, work);
  try {
    return await attempt();
  } catch (error) {
    if (!isFailure(error, 'catalog-damaged')) throw error;
    tools.catalogs.drop(catalogued.generation);
  }
  try {
    return await attempt();
  } catch (error) {
    throw isFailure(error, 'catalog-damaged') ? stillDamaged(catalogued, error) : error;
  }
}

async function openAndWork<Result>(
  tools: CatalogTools,
  { repository, generation }: Catalogued,
  signal: AbortSignal,
  work: (catalog: Catalog) => Result,
): Promise<Result> {
  const catalog = tools.catalogs.open(generation);
  try {
    await updateIfPossible(tools, repository, catalog, signal);
    return work(catalog);
  } finally {
    catalog.close();
  }
}

/** What is known already is a better answer than none. */
async function updateIfPossible(
  tools: CatalogTools,
  repository: Repository,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<void> {
  try {
    await updateCatalog(tools, repository, catalog, signal);
  } catch (error) {
    const isHeldUp = isFailure(error, 'repository-locked') || isFailure(error, 'busy');
    if (!isHeldUp || catalog.points().length === 0) throw error;
  }
}

function stillDamaged({ name }: Catalogued, cause: unknown): Failure {
  const facts = { account: name, mend: `larder --account ${name} catalog rebuild` };
  return new Failure('catalog-damaged', facts, { cause });
}
