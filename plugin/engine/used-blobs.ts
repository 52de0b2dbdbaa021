/** Finds the blobs that restore points need: those of every tree below every snapshot. Prune keeps exactly these. */
import { Failure, isFailure } from '../domain/failure.ts';
import { Bitmap } from './bitmap.ts';
import type { BlobType } from './format.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import type { SnapshotList } from './snapshot.ts';
import { visitReferences } from './tree-ids.ts';
import { TreeSweep, type SweptTree } from './tree-sweep.ts';

export interface UsedBlobs {
  isUsed(type: BlobType, entry: number): boolean;
}

export interface UseSearch {
  readonly repository: Repository;
  readonly index: RepositoryIndex;
  /** Of the packs that the store holds. */
  readonly packSizes: ReadonlyMap<string, number>;
  /** All of them. */
  readonly snapshots: SnapshotList;
  readonly signal: AbortSignal;
  /** Called with each blob that is needed and cannot be had, instead of throwing. What is below a lost tree nobody knows. */
  readonly onLost?: (type: BlobType, id: string) => void;
}

/**
 * @throws {Failure} `repository-damaged` when a snapshot or (without `onLost`) a tree cannot be read, or a blob is in no
 * index: then nobody can say what is needed.
 */
export async function findUsedBlobs(search: UseSearch): Promise<UsedBlobs> {
  const { repository, index, packSizes, snapshots, signal } = search;
  const [unreadable] = snapshots.unreadable;
  if (unreadable !== undefined) throw damaged(`snapshot ${unreadable}`, 'cannot be read');
  const data = new Bitmap(index.data.size);
  const sweep = new TreeSweep(repository, index, packSizes);
  const markData = (id: string): boolean => {
    const entry = index.find('data', id);
    if (entry >= 0) data.add(entry);
    return entry >= 0;
  };
  const lose = (type: BlobType, id: string, failure: Failure): void => {
    if (search.onLost === undefined) throw failure;
    search.onLost(type, id);
  };
  const mark = (type: BlobType, id: string, from: string): void => {
    if (type === 'tree' ? !sweep.add(id) : !markData(id))
      lose(type, id, damaged(`${type} ${id}`, `is in no index; ${from} needs it`));
  };
  const visit = (tree: SweptTree): void => {
    try {
      visitReferences(tree.bytes, tree.id, (type, id) => mark(type, id, `tree ${tree.id}`));
    } catch (error) {
      if (!isFailure(error, 'repository-damaged')) throw error;
      lose('tree', tree.id, error);
    }
  };
  try {
    for (const snapshot of snapshots.snapshots) mark('tree', snapshot.tree, `snapshot ${snapshot.id}`);
    await sweep.run(visit, (entry, failure) => lose('tree', index.tree.idHex(entry), failure), signal);
  } finally {
    sweep.close();
  }
  return { isUsed: (type, entry) => (type === 'data' ? data.has(entry) : sweep.has(entry)) };
}

function damaged(object: string, problem: string): Failure {
  return new Failure('repository-damaged', { object, problem });
}
