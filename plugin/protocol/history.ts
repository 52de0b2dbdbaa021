import type { NodeType } from '../domain/tree-node.ts';
import type { EntryLine, PathBytes, PointLine } from './requests.ts';

/** How an entry of a restore point compares with the live home, in `browse`. */
export type EntryMark = 'gone' | 'changed' | 'same';

/** One path that matches a name, with where it was seen. Newest first. */
export interface FindLine {
  readonly path: PathBytes;
  readonly type: NodeType;
  /** Of the newest version. */
  readonly sizeBytes: number;
  readonly modified: string;
  /** The oldest and newest restore point that hold it. */
  readonly firstPoint: string;
  readonly firstTime: string;
  readonly lastPoint: string;
  readonly lastTime: string;
  readonly versions: number;
  /** Whether the newest restore point still has it. */
  readonly isInNewest: boolean;
}

/** One content of a path, over the restore points that hold it, newest first. */
export interface VersionLine {
  readonly type: NodeType;
  readonly sizeBytes: number;
  readonly modified: string;
  /** The newest restore point with this content: restore from here. */
  readonly point: string;
  readonly lastTime: string;
  readonly firstPoint: string;
  readonly firstTime: string;
  /** Compared with the live home; undefined when it could not be looked at. */
  readonly now: 'same' | 'changed' | 'gone' | undefined;
}

export type DiffChange = 'added' | 'removed' | 'changed' | 'attributes';

export interface DiffLine {
  readonly path: PathBytes;
  readonly change: DiffChange;
  readonly type: NodeType;
  readonly sizeBefore: number | undefined;
  readonly sizeAfter: number | undefined;
}

export interface DiffReport {
  readonly account: string;
  readonly from: PointLine;
  /** Undefined: the live home. */
  readonly to: PointLine | undefined;
  readonly path: PathBytes;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly attributes: number;
  /** In walking order, at most `limit`. */
  readonly entries: readonly DiffLine[];
  readonly isComplete: boolean;
}

export interface BrowseReport {
  readonly account: string;
  readonly point: PointLine;
  readonly path: PathBytes;
  readonly entries: readonly (EntryLine & { readonly mark?: EntryMark })[];
  /** Where only a part was asked for: which it is, of how many, and how many there are of each mark in the whole folder. */
  readonly seen?:
    | {
        readonly offset: number;
        readonly total: number;
        readonly all: number;
        readonly gone: number;
        readonly changed: number;
      }
    | undefined;
  /** Where that was asked for: how many mailboxes the whole restore point has. */
  readonly mailboxes?: number | undefined;
}
