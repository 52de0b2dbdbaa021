import { settableMode, type EntryState, type LiveState } from './planned-entry.ts';
import type { Timestamp, TreeNode } from './tree-node.ts';

/**
 * How an entry of a restore point and what is there now compare by what the system says about them. `content`: the same
 * but for times, so that only reading tells; until then they are `likely`. `target`: both are links.
 */
export type Verdict =
  | { readonly kind: 'same' | 'differs' | 'target' }
  | { readonly kind: 'content'; readonly likely: 'same' | 'differs' };

/**
 * A time of last change that is the same proves nothing by itself: whoever broke into a site sets it back. The time at
 * which the system noted the change cannot be set.
 * @param racySince seconds; what changed then or later may have changed again without being noted, because times tick coarsely.
 */
export function compareEntry(wanted: TreeNode, live: LiveState, racySince: number): Verdict {
  if (wanted.type !== live.type || settableMode(wanted) !== settableMode(live)) return { kind: 'differs' };
  if (wanted.type === 'symlink') return { kind: 'target' };
  if (wanted.type !== 'file') return { kind: 'same' };
  if (wanted.sizeBytes !== live.sizeBytes) return { kind: 'differs' };
  if (isUntouched(wanted, live, racySince)) return { kind: 'same' };
  return { kind: 'content', likely: isSameTime(wanted.modified, live.modified) ? 'same' : 'differs' };
}

/** Whether the system says that nothing at all was done to the entry since it was backed up. */
export function isUntouched(wanted: TreeNode, live: LiveState, racySince: number): boolean {
  return (
    live.changed.seconds < racySince &&
    wanted.inode === live.inode &&
    isSameTime(wanted.changed, live.changed) &&
    isSameTime(wanted.modified, live.modified)
  );
}

/** Whether what is there is what a plan has put there. Of links and FIFOs only times and types are looked at. */
export function isAsPlanned(wanted: EntryState, live: EntryState): boolean {
  if (wanted.type !== live.type) return false;
  if (wanted.type === 'dir' || wanted.type === 'fifo') return true;
  if (wanted.type === 'file' && wanted.sizeBytes !== live.sizeBytes) return false;
  return settableMode(wanted) === settableMode(live) && isNearlySameTime(wanted.modified, live.modified);
}

/**
 * Whether what is there now is still what the plan saw. Further names of a file that come or go change what the system
 * notes of the others, so of these less is asked.
 */
export function isStillThere(planned: LiveState, live: LiveState): boolean {
  if (planned.type !== live.type) return false;
  if (planned.type === 'dir') return true;
  const isFile = planned.inode === live.inode && planned.sizeBytes === live.sizeBytes;
  if (!isFile || !isSameTime(planned.modified, live.modified)) return false;
  return planned.links > 1 || isSameTime(planned.changed, live.changed);
}

/** Whether the entry that is there changed later than the one that would replace it. */
export function isNewer(live: EntryState, wanted: EntryState): boolean {
  const seconds = live.modified.seconds - wanted.modified.seconds;
  return seconds > 0 || (seconds === 0 && live.modified.nanoseconds > wanted.modified.nanoseconds);
}

export function isSameTime(left: Timestamp, right: Timestamp): boolean {
  return left.seconds === right.seconds && left.nanoseconds === right.nanoseconds;
}

/** Without native calls times are set to the microsecond. */
function isNearlySameTime(left: Timestamp, right: Timestamp): boolean {
  const nanoseconds = (left.seconds - right.seconds) * 1e9 + (left.nanoseconds - right.nanoseconds);
  return Math.abs(nanoseconds) <= 1000;
}
