import type { EntryState, LiveState, PlannedAction, PlannedEntry, RefusedReason } from './planned-entry.ts';
import type { NodeType } from './tree-node.ts';

const actions: readonly PlannedAction[] = ['comes-back', 'replaced', 'deleted', 'refused', 'touched'];
const types: readonly NodeType[] = ['file', 'dir', 'symlink', 'fifo', 'dev', 'chardev', 'socket', 'irregular'];
const reasons: readonly RefusedReason[] = ['damaged', 'special', 'in-the-way'];

/** A planned entry as one line of JSON, without the line end. `parsePlanLine` reads it back. */
export function planLine(entry: PlannedEntry): string {
  const { path, action, type, wanted, live, reason, linkTo, alsoAt } = entry;
  return JSON.stringify({
    p: encode(path),
    a: action,
    t: type,
    w: wanted && stateFields(wanted),
    l: live && liveFields(live),
    r: reason,
    k: linkTo === undefined ? undefined : encode(linkTo),
    n: alsoAt === undefined ? undefined : encode(alsoAt),
  });
}

/**
 * What must be the same when a plan is looked at again. Times of folders say nothing: they change whenever something in
 * the folder does, also what the plan has nothing to do with.
 */
export function planKey(entry: PlannedEntry): string {
  if (entry.type !== 'dir' && entry.live?.type !== 'dir') return planLine(entry);
  const { path, action, type, wanted, live, reason } = entry;
  return JSON.stringify([
    path,
    action,
    type,
    wanted && [wanted.type, wanted.mode],
    live && [live.type, live.mode],
    reason,
  ]);
}

/** @throws {TypeError} for anything that `planLine` does not write. */
export function parsePlanLine(line: string): PlannedEntry {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new TypeError('a line of a plan is no object');
  const { p, a, t, w, l, r, k, n } = value as Readonly<Record<string, unknown>>;
  return {
    path: decode(p),
    action: oneOf(actions, a),
    type: oneOf(types, t),
    wanted: w === undefined ? undefined : parseState(w),
    live: l === undefined ? undefined : parseLive(l),
    reason: r === undefined ? undefined : oneOf(reasons, r),
    linkTo: k === undefined ? undefined : decode(k),
    alsoAt: n === undefined ? undefined : decode(n),
  };
}

/** How many entries are no longer, or now also, as they were planned. Each path counts once. */
export function countChanges(before: readonly PlannedEntry[], after: readonly PlannedEntry[]): number {
  const known = new Map(before.map((entry) => [planKey(entry), entry.path]));
  const changed = new Set<string>();
  for (const entry of after) {
    if (!known.delete(planKey(entry))) changed.add(entry.path);
  }
  for (const path of known.values()) changed.add(path);
  return changed.size;
}

type Fields = readonly (string | number)[];

function stateFields({ type, sizeBytes, modified, mode }: EntryState): Fields {
  return [type, sizeBytes, modified.seconds, modified.nanoseconds, mode];
}

function liveFields(live: LiveState): Fields {
  return [...stateFields(live), live.inode, live.changed.seconds, live.changed.nanoseconds, live.links];
}

function parseState(value: unknown): EntryState {
  const [type, sizeBytes, seconds, nanoseconds, mode] = list(value);
  return {
    type: oneOf(types, type),
    sizeBytes: whole(sizeBytes),
    modified: { seconds: whole(seconds), nanoseconds: whole(nanoseconds) },
    mode: whole(mode),
  };
}

function parseLive(value: unknown): LiveState {
  const [inode, seconds, nanoseconds, links] = list(value).slice(5);
  if (typeof inode !== 'string' || !/^\d+$/.test(inode)) throw new TypeError('a line of a plan holds no inode');
  const changed = { seconds: whole(seconds), nanoseconds: whole(nanoseconds) };
  return { ...parseState(value), inode, changed, links: whole(links) };
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('a line of a plan holds no list');
  return value;
}

function whole(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new TypeError('a line of a plan holds no number');
  return value;
}

function oneOf<Word extends string>(words: readonly Word[], value: unknown): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new TypeError('a line of a plan holds an unknown word');
  return found;
}

function encode(path: string): string {
  return Buffer.from(path, 'latin1').toString('base64');
}

function decode(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a line of a plan holds no path');
  return Buffer.from(value, 'base64').toString('latin1');
}
