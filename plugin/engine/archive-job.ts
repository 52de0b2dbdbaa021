import type { Clock } from '../contracts/clock.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import type { ScratchFiles } from '../contracts/scratch-file.ts';
import type { BlobHelper } from './blob-writer.ts';
import type { OwnerNames } from './node-json.ts';
import type { Repository } from './repository.ts';

export interface ArchiveJob {
  readonly repository: Repository;
  readonly files: FileSystem;
  /** Absolute, without links. */
  readonly home: string;
  readonly ownerUid: number;
  readonly trustedUids: readonly number[];
  readonly owners: OwnerNames;
  /** Components below the home; empty for all of it. */
  readonly paths: readonly (readonly Buffer[])[];
  readonly hostname: string;
  readonly username: string;
  readonly tags: readonly string[];
  readonly programVersion: string;
  readonly caches: ScratchFiles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly helper: BlobHelper | undefined;
  readonly onProgress: (files: number, bytes: number) => void;
}
