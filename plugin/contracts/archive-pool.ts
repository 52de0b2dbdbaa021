import type { DatabaseServerConfiguration, RedisConfiguration } from '../domain/configuration.ts';
import type { Coverage } from '../domain/coverage.ts';
import type { RepositoryPlace } from '../domain/destination.ts';
import type { Generation, SnapshotId } from '../domain/ids.ts';
import type { PointLook } from '../domain/point-state.ts';
import type { SiteRule } from '../domain/proof-configuration.ts';

/** One backup as plain data, so that it can be done by another thread. */
export interface ArchiveOrder {
  readonly place: RepositoryPlace;
  /** 64 bytes. */
  readonly masterKey: Uint8Array;
  readonly home: string;
  readonly ownerUid: number;
  readonly trustedUids: readonly number[];
  /** Components below the home; where there are none, and no `folders`, all of it. */
  readonly paths: readonly (readonly Uint8Array[])[];
  /** Folders that are wanted without what is in them. */
  readonly folders?: readonly (readonly Uint8Array[])[];
  /** False: only what is beside the home. */
  readonly withHome?: boolean;
  /** Databases that are kept beside it. */
  readonly databases?: readonly DatabaseOrder[];
  /** Instances of Redis that are copied beside it. */
  readonly redis?: readonly RedisConfiguration[];
  readonly tags: readonly string[];
  /** When the restore point says it was made, in a past that is made up; undefined: when it is made. */
  readonly time?: Date | undefined;
  /** Where stat caches are kept. */
  readonly cacheFolder: string;
  /** The catalog that learns what was stored; undefined for one that learns it when somebody asks. */
  readonly catalog?: { readonly folder: string; readonly generation: Generation } | undefined;
  /** How the restore point is looked at when it has been made; undefined: not at all. */
  readonly look?: LookOrder | undefined;
}

export interface LookOrder {
  /** So many contents, chosen by chance, are read back. */
  readonly contents: number;
  readonly sites: readonly SiteRule[];
}

export interface DatabaseOrder {
  readonly server: DatabaseServerConfiguration;
  readonly names: readonly string[];
}

export interface ArchiveOutcome {
  readonly snapshotId: SnapshotId;
  readonly files: number;
  /** With those of databases. */
  readonly bytes: number;
  /** How many are kept. */
  readonly databases: number;
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly bytesRead: number;
  readonly bytesAdded: number;
  readonly coverage: Coverage;
  /** A failure's code: the catalog could not learn what was stored. Who asks it next has it learn. */
  readonly catalogFailure?: string | undefined;
  /** Undefined where nobody wanted a look, and where nothing was stored: then the index was not even read. */
  readonly look?: PointLook | undefined;
  /** The earlier restore point of the very same content, where there is one. */
  readonly sameAs?: SnapshotId | undefined;
}

/** Threads that back up: each takes one order at a time; one that has nothing to do helps another. */
export interface ArchivePool {
  /** How many orders are worked on at the same time. */
  readonly size: number;
  /** Starts threads for so many orders that are about to come, while the caller does other things. */
  prepare(orders: number): void;
  /**
   * @throws {Failure} what the backup threw; `cancelled` when the signal fired.
   */
  run(
    order: ArchiveOrder,
    onProgress: (files: number, bytes: number) => void,
    signal: AbortSignal,
  ): Promise<ArchiveOutcome>;
  close(): Promise<void>;
}
