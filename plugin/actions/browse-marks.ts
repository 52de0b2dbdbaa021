import type { Account } from '../domain/account.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { LivePlaces } from '../engine/live-places.ts';
import type { EntryMark } from '../protocol/history.ts';
import type { Services } from './services.ts';

/**
 * How entries of a folder at a restore point compare with the live home, in their order; undefined for one that could
 * not be looked at. Nothing is read but statuses, and no link is followed.
 * @param path of the folder, below the home.
 */
export function markEntries(
  { files, workspace }: Pick<Services, 'files' | 'workspace'>,
  { home }: Pick<Account, 'home'>,
  path: readonly Buffer[],
  nodes: readonly TreeNode[],
): (EntryMark | undefined)[] {
  const live = new LivePlaces(files, workspace.codec, home);
  const marks = live.within(path, (folder) => nodes.map((node) => known(live.compare(folder, node))));
  if (marks === 'unknown') return nodes.map(() => undefined);
  return marks ?? nodes.map(() => 'gone');
}

function known(mark: EntryMark | 'unknown'): EntryMark | undefined {
  return mark === 'unknown' ? undefined : mark;
}
