import { Failure } from '../domain/failure.ts';
import type { BlobReader } from '../engine/blob-reader.ts';
import { rootNode } from '../engine/home-tree.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { readTree } from '../engine/tree-reader.ts';

/** Below it lie the databases of a restore point, by engine and name. */
const databasesFolder = 'databases';

/** @throws {Failure} `unknown-database` when the restore point holds no database of this name. */
export async function findDatabase(reader: BlobReader, snapshot: Snapshot, database: string): Promise<never> {
  const root = rootNode(snapshot);
  const top = root.subtree === undefined ? [] : await readTree(reader, root.subtree);
  const folder = top.find(({ name }) => name.toString() === databasesFolder);
  throw new Failure('unknown-database', { database, hint: folder === undefined ? 'larder list' : 'larder browse' });
}
