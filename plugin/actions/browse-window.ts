import type { TreeNode } from '../domain/tree-node.ts';
import type { BrowseWindow } from '../protocol/chosen-copy.ts';
import type { BrowseReport, EntryMark } from '../protocol/history.ts';

export interface MarkedNode {
  readonly node: TreeNode;
  readonly mark: EntryMark | undefined;
}

export interface SeenWindow {
  readonly nodes: readonly MarkedNode[];
  readonly seen: NonNullable<BrowseReport['seen']>;
}

/**
 * A part of a folder as people look at it: folders first, each by name. That a folder is there says nothing about what is in
 * it, so it never counts as changed. Past the end it is the last part.
 * @param marked in the order of their names, as trees hold them.
 */
export function takeWindow(marked: readonly MarkedNode[], { offset, limit, only }: BrowseWindow): SeenWindow {
  const wanted = only === 'all' ? marked : marked.filter(isMarked(only));
  const sorted = [...wanted.filter(isFolder), ...wanted.filter((entry) => !isFolder(entry))];
  const last = Math.max(0, Math.ceil(sorted.length / limit) - 1) * limit;
  const begin = Math.min(offset, last);
  return {
    nodes: sorted.slice(begin, begin + limit),
    seen: {
      offset: begin,
      total: sorted.length,
      all: marked.length,
      gone: marked.filter(isMarked('gone')).length,
      changed: marked.filter(isMarked('changed')).length,
    },
  };
}

function isFolder({ node }: MarkedNode): boolean {
  return node.type === 'dir';
}

function isMarked(only: 'gone' | 'changed'): (entry: MarkedNode) => boolean {
  return ({ node, mark }) => mark === only && (only === 'gone' || node.type !== 'dir');
}
