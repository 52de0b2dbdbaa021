import type { LookOrder } from '../contracts/archive-pool.ts';
import type { Clock } from '../contracts/clock.ts';
import type { StreamFolder } from '../contracts/stream-folder.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import type { ScratchFiles } from '../contracts/scratch-file.ts';
import type { BlobHelper } from './blob-writer.ts';
import type { OwnerNames } from './node-json.ts';
import type { Repository } from './repository.ts';
import type { WalkChanges } from './walk-changes.ts';

export interface ArchiveJob {
  readonly repository: Repository;
  readonly files: FileSystem;
  /** Absolute, without links. */
  readonly home: string;
  readonly ownerUid: number;
  readonly trustedUids: readonly number[];
  readonly owners: OwnerNames;
  /** Components below the home; where there are none, and no `folders`, all of it. */
  readonly paths: readonly (readonly Buffer[])[];
  /** Folders that are wanted without what is in them. */
  readonly folders?: readonly (readonly Buffer[])[];
  /** What is kept beside the home. */
  readonly streams?: readonly StreamFolder[];
  readonly hostname: string;
  readonly username: string;
  readonly tags: readonly string[];
  readonly programVersion: string;
  readonly caches: ScratchFiles;
  readonly clock: Clock;
  /** When the snapshot says it was made; undefined: by the clock. What is compared with times of files keeps to the clock. */
  readonly time?: Date | undefined;
  readonly signal: AbortSignal;
  readonly helper: BlobHelper | undefined;
  /** Learns what differs from the last backup of the whole home, where that is wanted. */
  readonly changes?: WalkChanges;
  readonly onProgress: (files: number, bytes: number) => void;
  /** How the snapshot is looked at when it has been made, and by which chance, from 0 up to 1. */
  readonly look?: (LookOrder & { readonly random: () => number }) | undefined;
}
