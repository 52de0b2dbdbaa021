import type { Coverage } from '../domain/coverage.ts';
import type { PayloadKey } from './age-open.ts';

export const manifestSchema = 'larder.archive/1';
export const manifestName = 'manifest.json';
export const sumsName = 'SHA256SUMS';

/** What an archive says of itself. */
export interface ArchiveFacts {
  /** Such as `2026-11-29T0130-full`; its objects are `<name>.zip.age` and `<name>.index.age`. */
  readonly name: string;
  readonly kind: 'full' | 'differential';
  /** The full archive that a differential one needs. */
  readonly full: string | undefined;
  readonly account: string;
  readonly generation: string;
  readonly server: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** In the account as it was, wherever their bytes are. */
  readonly files: number;
  readonly bytes: number;
  /** Whose bytes are in this archive. */
  readonly filesHere: number;
  readonly bytesHere: number;
  /** How many are in it. Archives that were made before there were any say nothing. */
  readonly databases?: number;
  readonly coverage: Coverage;
}

/** A zip as its index knows it. */
export interface SealedZip {
  readonly sealedBytes: number;
  readonly payload: PayloadKey;
}
