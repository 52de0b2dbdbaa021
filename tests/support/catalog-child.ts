/**
 * Brings a catalog in line in a process of its own, which kills itself ahead of the change number KILL-AT:
 *   catalog-child.ts LOCATION KEY-AS-HEX CATALOG-FOLDER GENERATION KILL-AT
 * Prints how many changes there were when it is not killed.
 */
import type { Catalog, CatalogContent, Catalogs } from '../../plugin/contracts/catalog.ts';
import { openCatalogs } from '../../plugin/database/catalog/open-catalogs.ts';
import { openLocalStore } from '../../plugin/destinations/local.ts';
import { parseGeneration } from '../../plugin/domain/ids.ts';
import { sealKeyFromBytes } from '../../plugin/engine/master-key.ts';
import { Repository } from '../../plugin/engine/repository.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';
import { update } from './catalog-site.ts';

const [location = '', key = '', folder = '', generation = '', killAt = '0'] = process.argv.slice(2);
let changes = 0;

function count(): void {
  if (++changes === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

function counting(content: CatalogContent): CatalogContent {
  return {
    enter: (name) => content.enter(name),
    leave: () => content.leave(),
    clear: () => content.clear(),
    put(name, entry) {
      count();
      content.put(name, entry);
    },
    remove(name) {
      count();
      content.remove(name);
    },
    finish() {
      count();
      content.finish();
      count();
    },
  };
}

function watched(catalog: Catalog): Catalog {
  return {
    points: () => catalog.points(),
    countPaths: () => catalog.countPaths(),
    find: (search) => catalog.find(search),
    history: (path) => catalog.history(path),
    changedPoints: (path) => catalog.changedPoints(path),
    mailboxes: (point) => catalog.mailboxes(point),
    countMailboxes: (point) => catalog.countMailboxes(point),
    close: () => catalog.close(),
    write: (work) =>
      catalog.write((inner) =>
        work({
          describe: (repository) => inner.describe(repository),
          remove: (points) => inner.remove(points),
          add: (point) => inner.add(point),
          get content() {
            return counting(inner.content);
          },
        }),
      ),
  };
}

const { codec } = await openSystem();
const masterKey = sealKeyFromBytes(Buffer.from(key, 'hex'));
const repository = await Repository.open(openLocalStore(location), new Workspace(codec), masterKey);
const catalogs: Catalogs = openCatalogs(folder);
const catalog = catalogs.open(parseGeneration(generation));
await update(catalogs, repository, watched(catalog));
catalog.close();
process.stdout.write(String(changes));
