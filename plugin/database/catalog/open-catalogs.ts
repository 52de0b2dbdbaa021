import { join } from 'node:path';
import type { Catalog, Catalogs } from '../../contracts/catalog.ts';
import type { Generation } from '../../domain/ids.ts';
import { ensurePrivateFolder } from '../../platform/private-file.ts';
import { CatalogFile, removeFiles } from './catalog-file.ts';
import { SqliteCatalog } from './sqlite-catalog.ts';

/** Catalogs below `folder`, which is made when first needed, for its owner alone. */
export function openCatalogs(folder: string): Catalogs {
  let last: Promise<unknown> = Promise.resolve();
  const fileOf = (generation: Generation): string => join(folder, `${generation}.db`);
  return {
    open(generation): Catalog {
      ensurePrivateFolder(folder);
      return new SqliteCatalog(CatalogFile.open(fileOf(generation), generation));
    },
    drop(generation) {
      removeFiles(fileOf(generation));
    },
    inTurn(work) {
      const mine = last.then(work, work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
