import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Catalog, CatalogEntry, Catalogs } from '../../plugin/contracts/catalog.ts';
import { updateCatalog } from '../../plugin/actions/update-catalog.ts';
import { openCatalogs } from '../../plugin/database/catalog/open-catalogs.ts';
import { parseGeneration, type SnapshotId } from '../../plugin/domain/ids.ts';
import { quote } from '../../plugin/engine/go-text.ts';
import type { Repository } from '../../plugin/engine/repository.ts';
import { saveSnapshot } from '../../plugin/engine/snapshot.ts';
import { makeSite, type BackupSite } from './backup-site.ts';
import { file, folder, HostileTree } from './hostile-tree.ts';
import { locker } from './maintenance.ts';

/** A folder by the names in it as latin1, which keeps every byte. */
export type ModelFolder = ReadonlyMap<string, ModelNode>;
export type ModelNode = ModelFile | { readonly mode: number; readonly entries: ModelFolder };
export interface ModelFile {
  readonly content: string;
  readonly seconds: number;
}

export interface KeptPoint {
  readonly id: SnapshotId;
  readonly time: Date;
  readonly paths: readonly string[];
  readonly home: ModelFolder;
}

/** A repository whose snapshots are made up, and the catalogs of its accounts. */
export interface CatalogSite {
  readonly site: BackupSite;
  readonly repository: Repository;
  readonly catalogs: Catalogs;
  /** The catalog's file. */
  readonly file: string;
  keep(home: ModelFolder, at: { time: Date; paths?: readonly string[] }): Promise<KeptPoint>;
  forget(points: readonly KeptPoint[]): Promise<void>;
  /** Brings the catalog in line. */
  update(): Promise<void>;
  read<Result>(work: (catalog: Catalog) => Result): Result;
}

export const generation = parseGeneration('a1'.repeat(16));

export async function makeCatalogSite(t: TestContext): Promise<CatalogSite> {
  const site = await makeSite(t);
  const repository = await site.open();
  const folderOfCatalogs = join(site.folder, 'catalog');
  const catalogs = openCatalogs(folderOfCatalogs);
  const withOpen = async <Result>(work: (catalog: Catalog) => Promise<Result>): Promise<Result> => {
    const catalog = catalogs.open(generation);
    try {
      return await work(catalog);
    } finally {
      catalog.close();
    }
  };
  return {
    site,
    repository,
    catalogs,
    file: join(folderOfCatalogs, `${generation}.db`),
    keep: (home, at) => keep(repository, home, at),
    async forget(points) {
      for (const { id } of points) await repository.removeUnpacked('snapshots', id);
    },
    update: () => withOpen((catalog) => update(catalogs, repository, catalog)),
    read(work) {
      const catalog = catalogs.open(generation);
      try {
        return work(catalog);
      } finally {
        catalog.close();
      }
    },
  };
}

export function update(catalogs: Catalogs, repository: Repository, catalog: Catalog): Promise<void> {
  return updateCatalog({ catalogs, locker }, repository, catalog, new AbortController().signal);
}

async function keep(
  repository: Repository,
  home: ModelFolder,
  { time, paths = ['/files'] }: { time: Date; paths?: readonly string[] },
): Promise<KeptPoint> {
  const trees = await HostileTree.begin(repository);
  const tree = await trees.tree([folder('files', await storeFolder(trees, home))]);
  await trees.home(tree);
  const none = { filesNew: 0, filesChanged: 0, filesUnmodified: 0, bytesAdded: 0, filesTotal: 0, bytesTotal: 0 };
  const id = await saveSnapshot(repository, {
    time,
    parent: undefined,
    tree,
    paths,
    hostname: 'test',
    username: 'root',
    tags: [],
    programVersion: 'test',
    summary: { startedAt: time, finishedAt: time, ...none },
  });
  return { id, time, paths, home };
}

async function storeFolder(trees: HostileTree, entries: ModelFolder): Promise<string> {
  const nodes: object[] = [];
  for (const [name, node] of [...entries].toSorted(byName)) nodes.push(await storeNode(trees, name, node));
  return trees.tree(nodes);
}

async function storeNode(trees: HostileTree, name: string, node: ModelNode): Promise<object> {
  const quoted = quote(Buffer.from(name, 'latin1'));
  if ('entries' in node) return folder(quoted, await storeFolder(trees, node.entries), { mode: 2 ** 31 + node.mode });
  const bytes = Buffer.from(node.content);
  return file(quoted, [await trees.data(bytes)], { size: bytes.length, mtime: isoOf(node.seconds) });
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return Buffer.compare(Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1'));
}

/** What tells one entry from another, as text. */
export function describeEntry({ type, sizeBytes, modified, mode, content }: CatalogEntry): string {
  const words = [type, sizeBytes, modified.seconds, modified.nanoseconds, mode, Buffer.from(content).toString('hex')];
  return words.join(' ');
}

/** Every path of a home, joined by `/` as latin1, and what is there. */
export function flatten(home: ModelFolder, above = ''): Map<string, ModelNode> {
  const paths = new Map<string, ModelNode>();
  for (const [name, node] of home) {
    paths.set(above + name, node);
    if (!('entries' in node)) continue;
    for (const [path, inner] of flatten(node.entries, `${above}${name}/`)) paths.set(path, inner);
  }
  return paths;
}

/** Every path that the catalog says a point holds, and what is there. */
export function contentAt(catalog: Catalog, point: SnapshotId): Map<string, CatalogEntry> {
  const found = catalog.find({ text: Buffer.from('*'), isPattern: true, point, limit: 100_000 });
  const paths = new Map<string, CatalogEntry>();
  for (const { path, intervals } of found.names) {
    const held = intervals.filter(({ points }) => points.some(({ id }) => id === point));
    const [only] = held;
    if (held.length !== 1 || only === undefined) throw new Error(`${held.length} contents at once`);
    paths.set(
      Buffer.concat(path.flatMap((part, at) => (at === 0 ? [part] : [Buffer.from('/'), part]))).toString('latin1'),
      only.entry,
    );
  }
  return paths;
}
