import type { Account } from '../domain/account.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { LivePlaces } from '../engine/live-places.ts';
import type { EntryMark } from '../protocol/history.ts';
import type { Services } from './services.ts';

type Looking = Pick<Services, 'files' | 'workspace'>;

/** Who leafs through a long folder sees counts that are so old; what is shown of it is looked at each time. */
const keptMilliseconds = 10_000;

/**
 * How entries of a folder at a restore point compare with the live home, in their order; undefined for one that could
 * not be looked at. Nothing is read but statuses, and no link is followed.
 * @param path of the folder, below the home.
 */
export function markEntries(
  { files, workspace }: Looking,
  { home }: Pick<Account, 'home'>,
  path: readonly Buffer[],
  nodes: readonly TreeNode[],
): (EntryMark | undefined)[] {
  const live = new LivePlaces(files, workspace.codec, home);
  const marks = live.within(path, (folder) => nodes.map((node) => known(live.compare(folder, node))));
  if (marks === 'unknown') return nodes.map(() => undefined);
  return marks ?? nodes.map(() => 'gone');
}

export interface Look {
  readonly marks: readonly (EntryMark | undefined)[];
  /** Whether that was seen some seconds ago. */
  readonly isKept: boolean;
}

/** As `markEntries`, for one page after the other of the same folder: a long one is looked through once in a while. */
export function lookThrough(
  services: Looking & Pick<Services, 'clock'>,
  account: Pick<Account, 'home' | 'generation'>,
  path: readonly Buffer[],
  nodes: readonly TreeNode[],
): Look {
  const place = [account.generation, account.home, ...path.map((name) => name.toString('hex'))].join('/');
  const looks = services.workspace.shelf?.trees.looks;
  const kept = looks?.get(nodes);
  const now = services.clock.elapsedMilliseconds();
  if (kept?.place === place && now - kept.atMilliseconds < keptMilliseconds) return { marks: kept.marks, isKept: true };
  const marks = markEntries(services, account, path, nodes);
  looks?.set(nodes, { place, atMilliseconds: now, marks });
  return { marks, isKept: false };
}

function known(mark: EntryMark | 'unknown'): EntryMark | undefined {
  return mark === 'unknown' ? undefined : mark;
}
