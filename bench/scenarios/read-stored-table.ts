import type { ObjectStore } from '../../plugin/contracts/object-store.ts';
import { openLocalStore } from '../../plugin/destinations/local.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { Repository } from '../../plugin/engine/repository.ts';
import { listSnapshots } from '../../plugin/engine/snapshot.ts';
import { databaseReadAheadBytes, openStoredDatabase } from '../../plugin/engine/stored-database.ts';
import type { BackedUpAccount, Keeper } from '../peers/tool.ts';
import { timeInProcess } from './in-process.ts';
import { atHand } from './open-point.ts';

export interface CountedRead {
  readonly milliseconds: number;
  /** Read of the repository: the index, trees and blobs. */
  readonly bytes: number;
  readonly requests: number;
  /** Bytes of the table's SQL. */
  readonly rows: number;
}

/** One table of the newest restore point, from a repository that is opened anew. */
export async function readTableCounted(
  keeper: Keeper,
  account: BackedUpAccount,
  { database, table }: { readonly database: string; readonly table: string },
): Promise<CountedRead> {
  const { location, masterKey, workspace } = await atHand(keeper, account);
  const { store, counts } = countReads(openLocalStore(location));
  let rows = 0;
  const milliseconds = await timeInProcess(async () => {
    const repository = await Repository.open(store, workspace, masterKey);
    const newest = (await listSnapshots(repository)).snapshots.at(-1);
    if (newest === undefined) throw new Error('there is no restore point');
    const reader = new BlobReader(repository, await RepositoryIndex.load(repository), databaseReadAheadBytes);
    const stored = await openStoredDatabase(reader, newest, { engine: 'mysql', name: database });
    for await (const piece of stored.table(table)) rows += piece.length;
    reader.close();
  });
  return { milliseconds, ...counts, rows };
}

function countReads(store: ObjectStore): {
  readonly store: ObjectStore;
  readonly counts: { bytes: number; requests: number };
} {
  const counts = { bytes: 0, requests: 0 };
  const counted = (bytes: Buffer): Buffer => {
    counts.bytes += bytes.length;
    counts.requests += 1;
    return bytes;
  };
  return {
    counts,
    store: {
      location: store.location,
      write: (key, bytes, options) => store.write(key, bytes, options),
      read: async (key) => counted(await store.read(key)),
      readRange: async (key, offset, length, target) => counted(await store.readRange(key, offset, length, target)),
      list: (prefix) => store.list(prefix),
      remove: (key, options) => store.remove(key, options),
      listUnfinished: (before) => store.listUnfinished(before),
    },
  };
}
