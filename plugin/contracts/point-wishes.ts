import type { Generation, SnapshotId } from '../domain/ids.ts';

/** What a customer wants of a backup of its own. */
export interface PointWish {
  readonly generation: Generation;
  readonly id: SnapshotId;
  /** It stays, whatever the rules say. */
  readonly isPinned: boolean;
  /** It goes then; undefined: nobody wants it deleted. */
  readonly deleteAt: Date | undefined;
  /** How often it was tried to delete it. */
  readonly attempts: number;
}

/** The wishes of all customers, in the metadata database. @throws {Failure} `metadata-unreachable`, everywhere. */
export interface PointWishes {
  list(generation: Generation): Promise<readonly PointWish[]>;
  /** Pins or unpins. Whatever is pinned is not deleted: a deletion that was wanted is called off. */
  pin(generation: Generation, id: SnapshotId, isPinned: boolean): Promise<void>;
  /** Wants it deleted then. What is wanted deleted is no longer pinned. */
  deleteAt(generation: Generation, id: SnapshotId, at: Date): Promise<void>;
  /** Calls a deletion off; a pin stays a pin. */
  keep(generation: Generation, id: SnapshotId): Promise<void>;
  /** Those whose time has come. */
  due(now: Date): Promise<readonly PointWish[]>;
  /** Counts a try and says when the next one is. Changes nothing when the deletion was called off meanwhile. */
  postpone(wish: PointWish, until: Date): Promise<void>;
  /** The restore points are gone: nothing is wanted of them any more. */
  drop(generation: Generation, ids: readonly SnapshotId[]): Promise<void>;
}
