import type { NodeType, Timestamp } from './tree-node.ts';

/** A path below the home: its bytes as Latin-1 characters, parts joined by `/`. `''` is the home itself. */
export type PlanPath = string;

/**
 * What a plan does to one entry. `refused`: it would have to be done and cannot. `touched`: a folder that stays and whose
 * time changes because entries in it do; nobody asked for that, so it is kept for the undo and never shown.
 */
export type PlannedAction = 'comes-back' | 'replaced' | 'deleted' | 'refused' | 'touched';

export type RefusedReason = 'damaged' | 'special' | 'in-the-way';

/** What tells one state of an entry from another, content apart. */
export interface EntryState {
  readonly type: NodeType;
  /** 0 for anything but a file. */
  readonly sizeBytes: number;
  readonly modified: Timestamp;
  readonly mode: number;
}

export interface LiveState extends EntryState {
  /** Decimal digits. */
  readonly inode: string;
  readonly changed: Timestamp;
  readonly links: number;
}

export interface PlannedEntry {
  readonly path: PlanPath;
  readonly action: PlannedAction;
  /** Of what will be there; of what is there where that goes or stays. */
  readonly type: NodeType;
  /** What will be there. Of touched folders: set where they get the time in it. */
  readonly wanted: EntryState | undefined;
  /** What is there. */
  readonly live: LiveState | undefined;
  readonly reason: RefusedReason | undefined;
  /** It comes back as another name of the file at this path. */
  readonly linkTo: PlanPath | undefined;
  /** Another name of the file that is there now, which stays: what brings it back makes it that again. */
  readonly alsoAt: PlanPath | undefined;
}

/** What most entries have nothing of. */
export const noEntry = {
  wanted: undefined,
  live: undefined,
  reason: undefined,
  linkTo: undefined,
  alsoAt: undefined,
} as const;

/** The mode as far as a restore sets it (docs/decisions/0005-what-a-restore-sets.md). */
export function settableMode({ type, mode }: Pick<EntryState, 'type' | 'mode'>): number {
  if (type === 'symlink') return 0;
  return mode & (type === 'dir' ? 0o3777 : 0o777);
}

export function partsOf(path: PlanPath): Buffer[] {
  return path === '' ? [] : path.split('/').map((part) => Buffer.from(part, 'latin1'));
}

export function joinParts(parts: readonly Buffer[]): PlanPath {
  return parts.map((part) => part.toString('latin1')).join('/');
}

/** @param name one part. */
export function childPath(folder: PlanPath, name: Buffer): PlanPath {
  const last = name.toString('latin1');
  return folder === '' ? last : `${folder}/${last}`;
}

/** The home has none: it is its own. */
export function parentPath(path: PlanPath): PlanPath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function isBelow(path: PlanPath, folder: PlanPath): boolean {
  return folder === '' ? path !== '' : path.startsWith(`${folder}/`);
}
