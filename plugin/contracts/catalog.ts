import type { Generation, RepositoryId, SnapshotId } from '../domain/ids.ts';
import type { NodeType, Timestamp } from '../domain/tree-node.ts';

/**
 * What an account's restore points held, found without reading them: every path with the intervals of restore points in
 * which it had which content. One file per account, derived from the snapshots: it may be lost at any time.
 *
 * Restore points of the same paths of the home are a lane: within a lane each is compared with the one before it, so
 * that what a backup of some paths does not hold is not taken for gone.
 */
export interface Catalogs {
  /**
   * The account's catalog, for the caller to close. One that is missing, damaged, or of another version is made anew
   * and empty. @throws {Failure} `state-unsafe` when others can read it; `no-space`.
   */
  open(generation: Generation): Catalog;

  /** Throws the account's catalog away. Whoever has it open goes on with what was. */
  drop(generation: Generation): void;

  /** Does one such work at a time in this process, in the order asked for: each may need much memory. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** All that reads or writes throws `catalog-damaged` when the file is: the caller drops it and begins again. */
export interface Catalog {
  /** The restore points it holds, oldest first. */
  points(): CatalogPoint[];

  /** How many paths it knows. */
  countPaths(): number;

  /**
   * Writes: all of it or, when `work` throws or the process ends, nothing. Others read meanwhile what was before.
   * @throws {Failure} `busy` when another process writes for so long that waiting makes no sense; what `work` throws.
   */
  write(work: (changes: CatalogChanges) => Promise<void>): Promise<void>;

  /** Paths whose last part fits. */
  find(search: NameSearch): FoundNames;

  /** The contents of a path, by their first restore points, oldest first. Undefined when no restore point holds it. */
  history(path: readonly Uint8Array[]): CatalogInterval[] | undefined;

  /** Restore points in which the path, or anything below it, is not as in the one before in its lane. */
  changedPoints(path: readonly Uint8Array[]): SnapshotId[];

  /**
   * Where mailboxes lie in what a restore point held, as paths below the home. Undefined when the catalog does not know
   * the restore point.
   */
  mailboxes(point: SnapshotId): (readonly Uint8Array[])[] | undefined;

  /** How many those are. Kept with the restore point, so that it costs nothing however many there are. */
  countMailboxes(point: SnapshotId): number | undefined;

  close(): void;
}

export interface NewCatalogPoint {
  readonly id: SnapshotId;
  readonly time: Date;
  /** The snapshot's root tree. */
  readonly tree: string;
  /** The paths that were backed up, as one word: those with the same are a lane. */
  readonly lane: string;
}

export interface CatalogPoint extends NewCatalogPoint {
  /** Against the one before in its lane; undefined when it is the first. */
  readonly counts: CatalogCounts | undefined;
}

export interface CatalogCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** An entry of a folder as far as the catalog tells one from another. */
export interface CatalogEntry {
  readonly type: NodeType;
  readonly sizeBytes: number;
  readonly modified: Timestamp;
  readonly mode: number;
  /** Tells contents apart: the same for the same, and for nothing else. Of folders nothing. */
  readonly content: Uint8Array;
}

export interface CatalogChanges {
  /** The repository that it describes. When it described another before, it is empty now. */
  describe(repository: RepositoryId): void;

  /** Drops restore points, and what none of those that stay holds. */
  remove(points: readonly SnapshotId[]): void;

  /** Adds a restore point that holds what the newest of its lane holds, or nothing. It is newer than all of its lane. */
  add(point: NewCatalogPoint): void;

  /** Changes the point that was added last, from the home downwards; then `finish` counts. */
  readonly content: CatalogContent;
}

/** Where the writer stands is a folder: the home at first. */
export interface CatalogContent {
  enter(name: Uint8Array): void;
  leave(): void;
  /** An entry that is there now, or is another now. */
  put(name: Uint8Array, entry: CatalogEntry): void;
  /** An entry that is there no more, and with it all that was below. Nothing happens when there was none. */
  remove(name: Uint8Array): void;
  /** Nothing in this folder is there any more, unless it is put again. */
  clear(): void;
  finish(): void;
}

export interface NameSearch {
  /** Compared byte by byte, whatever the case of ASCII letters. */
  readonly text: Uint8Array;
  /** Whether `*` and `?` stand for any characters and the text is the whole name; otherwise it is any part of it. */
  readonly isPattern: boolean;
  /** Only what this restore point holds. */
  readonly point: SnapshotId | undefined;
  readonly limit: number;
}

export interface FoundNames {
  /** Those held last come first, then those modified last, then by path. */
  readonly names: readonly FoundName[];
  /** Whether there are no more. When very many fit, only some of them were looked at. */
  readonly isComplete: boolean;
}

export interface FoundName {
  readonly path: readonly Uint8Array[];
  readonly intervals: readonly CatalogInterval[];
}

/** Some content of a path, with the restore points of one lane that hold it, oldest first; at least one. */
export interface CatalogInterval {
  readonly entry: CatalogEntry;
  readonly points: readonly CatalogPoint[];
}
