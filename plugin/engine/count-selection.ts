import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { walkSelection, type Selection } from './selection-walk.ts';

/** What a restore would bring back. */
export interface SelectionCounts {
  readonly files: number;
  readonly folders: number;
  /** Symbolic links. Further names of one file count as files. */
  readonly links: number;
  /** As the restore point says; the contents are not read. */
  readonly bytes: number;
  /** Sockets and devices, which are never brought back. */
  readonly refused: number;
  /** Folders that cannot be read in the repository. */
  readonly damaged: number;
}

/** @throws {Failure} `not-found` when a wanted path is not in the snapshot, `repository-damaged` when the home cannot be read. */
export async function countSelection(walk: {
  reader: BlobReader;
  home: TreeNode;
  selection: Selection;
  signal: AbortSignal;
}): Promise<SelectionCounts> {
  const counts = { files: 0, folders: 0, links: 0, bytes: 0, refused: 0, damaged: 0 };
  await walkSelection(walk, {
    async enter(_node, passing) {
      if (!passing) counts.folders++;
    },
    async leave() {},
    async entry(node) {
      if (node.type === 'symlink') counts.links++;
      else if (node.type === 'file' || node.type === 'fifo') counts.files++;
      else counts.refused++;
      counts.bytes += node.sizeBytes;
    },
    damaged() {
      counts.damaged++;
    },
  });
  return counts;
}
