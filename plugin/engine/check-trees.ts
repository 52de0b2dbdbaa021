/** Checks every tree that a snapshot needs, each once: that it can be read, is well formed, and that all it names is indexed. */
import { isFailure } from '../domain/failure.ts';
import type { CheckRun } from './check-run.ts';
import type { BlobType } from './format.ts';
import type { Snapshot } from './snapshot.ts';
import { parseTree } from './tree-reader.ts';
import { TreeSweep, type SweptTree } from './tree-sweep.ts';

/** More blobs than this that no index names are only counted. */
const largestMissing = 100_000;

export async function checkTrees(run: CheckRun, snapshots: readonly Snapshot[], signal: AbortSignal): Promise<void> {
  const { repository, damage, broken } = run;
  const { index } = run.full;
  const sweep = new TreeSweep(repository, index, run.packSizes);
  let missing = 0;
  const noteMissing = (type: BlobType, id: string): void => {
    if (broken.isMissing(type, id) || missing++ >= largestMissing) return;
    broken.setMissing(type, id, damage.add('missing-blob', `${type} ${id}`));
  };
  const noteDamage = (entry: number): void => {
    const id = index.tree.idHex(entry);
    if (broken.findingOf('tree', id) === undefined) broken.set('tree', entry, damage.add('damaged-tree', `tree ${id}`));
  };
  const visit = (tree: SweptTree): void => {
    for (const { content, subtree } of nodesOf(tree, noteDamage)) {
      if (subtree !== undefined && !sweep.add(subtree)) noteMissing('tree', subtree);
      for (const id of content) if (index.find('data', id) < 0) noteMissing('data', id);
    }
  };
  try {
    for (const { tree } of snapshots) if (!sweep.add(tree)) noteMissing('tree', tree);
    await sweep.run(visit, noteDamage, signal);
  } finally {
    sweep.close();
  }
}

function nodesOf(tree: SweptTree, onDamage: (entry: number) => void): ReturnType<typeof parseTree> {
  try {
    return parseTree(tree.bytes.toString('utf8'), tree.id);
  } catch (error) {
    if (!isFailure(error, 'repository-damaged')) throw error;
    onDamage(tree.entry);
    return [];
  }
}
