import type { RepositoryId, SnapshotId } from '../domain/ids.ts';

/** What Larder remembers of the copies it has made, to notice when they are no longer there. May be lost; then it begins anew. */
export interface CopyLedger {
  /** @returns undefined when no copy was ever made there. */
  load(destination: string, repositoryId: RepositoryId): Promise<CopyRecord | undefined>;
  save(destination: string, repositoryId: RepositoryId, record: CopyRecord): Promise<void>;
}

export interface CopyRecord {
  /** The restore points that the copy held when it was last looked at. */
  readonly snapshots: readonly SnapshotId[];
  readonly copiedAt: Date;
  /** Until when all that these need is locked there; undefined where nothing is. */
  readonly lockedUntil: Date | undefined;
}
