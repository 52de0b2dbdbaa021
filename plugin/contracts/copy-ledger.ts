import type { Generation, RepositoryId, SnapshotId } from '../domain/ids.ts';

/** What Larder remembers of the copies it has made, to notice when they are no longer there. May be lost; then it begins anew. */
export interface CopyLedger {
  /** @returns undefined when no copy was ever made there. */
  load(destination: string, repositoryId: RepositoryId): Promise<CopyRecord | undefined>;
  save(destination: string, repositoryId: RepositoryId, record: CopyRecord): Promise<void>;
  /** The same of an account's archives. */
  loadArchives(destination: string, generation: Generation): Promise<ArchiveRecord | undefined>;
  saveArchives(destination: string, generation: Generation, record: ArchiveRecord): Promise<void>;
}

export interface ArchiveRecord {
  /** Names of the archives that were there when they were last looked at. */
  readonly archives: readonly string[];
  /** When the newest of them was begun. */
  readonly archivedAt: Date;
  /** Until when all that the newest needs is locked, as it was read back; undefined where nothing is, or nobody looked. */
  readonly lockedUntil?: Date | undefined;
  /** How many were found missing that Larder did not remove; undefined: none. */
  readonly lost?: number | undefined;
}

export interface CopyRecord {
  /** The restore points that the copy held when it was last looked at. */
  readonly snapshots: readonly SnapshotId[];
  readonly copiedAt: Date;
  /** When the newest backup of the whole account that it held was begun; undefined: there was none, or nobody looked. */
  readonly newestAt?: Date | undefined;
  /** Until when all that these need is locked there; undefined where nothing is. */
  readonly lockedUntil: Date | undefined;
  /** How many were found missing that Larder did not forget; undefined: none. */
  readonly lost?: number | undefined;
}
