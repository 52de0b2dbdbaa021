import type { Audit } from '../contracts/audit.ts';
import type { AccountSettingsBook } from '../contracts/account-settings.ts';
import type { ArchiveStore } from '../contracts/archive-store.ts';
import type { Alerts, Messenger, StorageDays } from '../contracts/alerts.ts';
import type { ArchivePool, DatabaseOrder } from '../contracts/archive-pool.ts';
import type { StartBlobThread } from '../contracts/blob-thread.ts';
import type { Catalogs } from '../contracts/catalog.ts';
import type { Clock } from '../contracts/clock.ts';
import type { DueTimes } from '../contracts/due-times.ts';
import type { Drills } from '../contracts/drills.ts';
import type { DatabasePlanStore } from '../contracts/database-plan-store.ts';
import type { DatabaseRestorer } from '../contracts/database-restorer.ts';
import type { DumpReader } from '../contracts/dump-reader.ts';
import type { CopyLedger } from '../contracts/copy-ledger.ts';
import type { DestinationTests } from '../contracts/destination-tests.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import type { JobQueue } from '../contracts/job-queue.ts';
import type { KeyStore } from '../contracts/key-store.ts';
import type { LocalCopyPolicies } from '../contracts/local-copy-policies.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import type { OwnKeys } from '../contracts/own-keys.ts';
import type { Outbox } from '../contracts/outbox.ts';
import type { Machine } from '../contracts/machine.ts';
import type { Log } from '../contracts/log.ts';
import type { Place } from '../contracts/place.ts';
import type { Panel } from '../contracts/panel.ts';
import type { DraftStore } from '../contracts/draft-store.ts';
import type { AccountLock, PlanStore } from '../contracts/plan-store.ts';
import type { PointWishes } from '../contracts/point-wishes.ts';
import type { Records } from '../contracts/records.ts';
import type { RecoveryIdentities } from '../contracts/recovery-identities.ts';
import type { RecoveryProofs } from '../contracts/recovery-proofs.ts';
import type { Sandbox, Sandboxes } from '../contracts/sandbox.ts';
import type { NoScratchServer, ScratchServer } from '../contracts/scratch-server.ts';
import type { Sessions } from '../contracts/sessions.ts';
import type { AskerOrder, NoSiteAsker, SiteAsker } from '../contracts/site-asker.ts';
import type { Spool } from '../contracts/spool.ts';
import type { UploadLog } from '../contracts/upload-log.ts';
import type { Timetable } from '../contracts/timetable.ts';
import type { StreamFolder } from '../contracts/stream-folder.ts';
import type { SystemCopy } from '../contracts/system-copy.ts';
import type { TreeWriter } from '../contracts/tree-writer.ts';
import type { Verifications } from '../contracts/verifications.ts';
import type { ZipSink, ZipWriter } from '../contracts/zip-writer.ts';
import type { Account } from '../domain/account.ts';
import type { Configuration, DatabaseServerConfiguration, RedisConfiguration } from '../domain/configuration.ts';
import type { DestinationConfiguration, RepositoryPlace } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import type { DatabaseEngine } from '../domain/database-name.ts';
import type { ServerId } from '../domain/ids.ts';
import type { JobId } from '../domain/job.ts';
import type { Locker } from '../engine/repository-lock.ts';
import type { Workspace } from '../engine/workspace.ts';
import type { DestinationTest } from '../protocol/copies.ts';
import type { Progress } from '../protocol/requests.ts';

/** What actions work with. Only the wiring knows what stands behind each. */
export interface Services {
  readonly configuration: Configuration;
  readonly serverId: ServerId;
  /** As the host knows the server. */
  readonly serverName: string;
  readonly clock: Clock;
  readonly panel: Panel;
  readonly records: Records;
  readonly jobs: JobQueue;
  readonly sessions: Sessions;
  /** What customers chose for themselves. */
  readonly settings: AccountSettingsBook;
  /** What customers want of backups of their own. */
  readonly wishes: PointWishes;
  readonly outbox: Outbox;
  /** Downloads that wait to be fetched. */
  readonly spool: Spool;
  readonly verifications: Verifications;
  readonly drills: Drills;
  readonly sandboxes: Sandboxes;
  readonly alerts: Alerts;
  readonly storageDays: StorageDays;
  /** Who tells people of alerts; none where nobody is to be told. */
  readonly messengers: readonly Messenger[];
  readonly timetable: Timetable;
  readonly dueTimes: DueTimes;
  readonly machine: Machine;
  readonly systemCopy: SystemCopy;
  readonly audit: Audit;
  /** For the administrator; silent where a person sees the answer. */
  readonly log: Log;
  /** Whether a worker runs, so that queued work is taken up. */
  readonly hasWorker: boolean;
  readonly catalogs: Catalogs;
  readonly keys: KeyStore;
  readonly recoveryIdentities: RecoveryIdentities;
  readonly recoveryProofs: RecoveryProofs;
  readonly locker: Locker;
  readonly workspace: Workspace;
  /** Reads homes. */
  readonly files: FileSystem;
  readonly localCopyPolicies: LocalCopyPolicies;
  readonly plans: PlanStore;
  readonly drafts: DraftStore;
  readonly databasePlans: DatabasePlanStore;
  /** @throws {Failure} `database-unreachable`, also when no server of this engine is configured. */
  openRestorer(engine: DatabaseEngine): Promise<DatabaseRestorer>;
  /** As whom a client loads a dump: the account; undefined where this process may be nobody else. */
  clientUser(account: Account): { readonly uid: number; readonly gid: number } | undefined;
  dumpReader(engine: DatabaseEngine): Promise<DumpReader>;
  /** Starts a server for one drill, or says why there is none. @throws {Failure} `database-unreachable`, `cancelled`. */
  openScratchServer(
    engine: DatabaseEngine,
    sandbox: Sandbox,
    signal: AbortSignal,
  ): Promise<ScratchServer | NoScratchServer>;
  /** Makes what runs restored sites ready, or says why that cannot be. @throws {Failure} `cancelled`. */
  openSiteAsker(order: AskerOrder, signal: AbortSignal): Promise<SiteAsker | NoSiteAsker>;
  /** The same bytes always become the same. */
  compressStream(content: AsyncIterable<Uint8Array>, format: 'gz' | 'zst'): AsyncIterable<Uint8Array>;
  /** Bytes that are free on the file system of an open folder. */
  freeBytes(descriptor: number): number;
  /** Bytes that are free at a folder; undefined where nobody can tell. */
  freeBytesAt(path: string): number | undefined;
  readonly archivers: ArchivePool;
  /** Starts a thread that opens blobs for a large restore. */
  readonly startBlobThread: StartBlobThread;
  /** 32 random bytes at each call. */
  randomSecret(): Buffer;
  /** Hex SHA-256 of a secret, as it is kept. */
  hashSecret(secret: string): string;
  /** Names on a server, without the server's own. @throws {Failure} `database-unreachable`. */
  listDatabases(server: DatabaseServerConfiguration): Promise<string[]>;
  /** @throws {Failure} `key-unusable`, `state-unsafe` when the credentials cannot be used. */
  openStore(place: RepositoryPlace): Promise<ObjectStore>;
  /** As `openStore`, with all that the place can do. */
  openPlace(place: RepositoryPlace): Promise<Place>;
  /** Uploads in parts that places began and did not end. */
  readonly uploadLog: UploadLog;
  readonly copyLedger: CopyLedger;
  readonly destinationTests: DestinationTests<DestinationTest>;
  /** For downloads and local copies: somebody waits. */
  openZip(sink: ZipSink): Promise<ZipWriter>;
  /** For archives of the second mechanism, which shares as little as can be with anything else. */
  openArchiveZip(sink: ZipSink): Promise<ZipWriter>;
  readonly archives: ArchiveServices;
  readonly ownKeys: OwnKeys;
  /**
   * A writer below `folder`, as the account.
   * @param lock which it keeps as long as it lives, also when this process does not.
   * @param after until it resolves, nothing is made.
   * @throws {Failure} `restore-refused`, `home-unsafe`, `writer-stopped`; what `after` was rejected with.
   */
  openWriter(account: Account, folder: WriterTarget, lock?: AccountLock, after?: Promise<unknown>): Promise<TreeWriter>;
}

/** What archives stand on. */
export interface ArchiveServices {
  /** The name of the destination where archives are kept; undefined when there is none. */
  readonly destination: string | undefined;
  /** Where archives are kept. @throws {Failure} `no-archives` when there is no such destination. */
  openStore(): Promise<ArchiveStore>;
  /** Who can open archives: this server, and the holders of the recovery keys. @throws {Failure} `key-unusable`. */
  recipients(): Promise<readonly string[]>;
  /** The holders of the recovery keys alone. @throws {Failure} `key-unusable`. */
  recoveryRecipients(): readonly string[];
  /** This server's own identity. Secret. @throws {Failure} `state-unsafe`. */
  identities(): Promise<readonly string[]>;
  /** Databases and instances of Redis as folders, which are read when it comes to them. */
  openDatabases(
    databases: readonly DatabaseOrder[],
    redis: readonly RedisConfiguration[],
  ): Promise<readonly StreamFolder[]>;
  /** Index objects that are kept on this disk as well, by their keys. */
  readKeptIndex(key: string): Promise<Buffer | undefined>;
  keepIndex(key: string, bytes: Uint8Array): Promise<void>;
  dropIndex(key: string): Promise<void>;
}

/** What performing a request needs besides the request. */
export interface Performing {
  readonly services: Services;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** The job that this is; undefined when it is done at once. */
  readonly jobId?: JobId | undefined;
}

/** Where the accounts' catalogs are. */
export const catalogFolder = ({ state }: Configuration): string => `${state}/catalog`;

/** The home itself, or a folder that an administrator chose. */
export type WriterTarget = { readonly kind: 'home' } | { readonly kind: 'folder'; readonly path: string };

/** Where repositories are made. Further destinations hold copies. */
export function primaryDestination({ destinations }: Configuration): DestinationConfiguration {
  const found = destinations.find(({ role }) => role === 'primary');
  if (found === undefined) throw new Error('a configuration has a primary destination');
  return found;
}

/** @param name undefined: the primary one. @throws {Failure} `unknown-destination`. */
export function chosenDestination(configuration: Configuration, name: string | undefined): DestinationConfiguration {
  if (name === undefined) return primaryDestination(configuration);
  const found = configuration.destinations.find((destination) => destination.name === name);
  if (found !== undefined) return found;
  const names = configuration.destinations.map((destination) => destination.name);
  throw new Failure('unknown-destination', { text: name, hint: nearestWord(name, names) ?? names.join(', ') });
}

/** Where a repository that the records know lies. @throws {Failure} `unknown-destination`. */
export function placeOfRecord(
  configuration: Configuration,
  { destination, folder }: { readonly destination: string; readonly folder: string },
): RepositoryPlace {
  return placeBelow(configuration, chosenDestination(configuration, destination), folder);
}

/** A repository's place below a destination. What is read of a remote one stays in the state folder for a while. */
export function placeBelow(
  { state }: Configuration,
  destination: DestinationConfiguration,
  folder: string,
): RepositoryPlace {
  const isCached = destination.kind !== 'local' && destination.limits.cacheBytes > 0 && folder !== '';
  const cacheFolder = isCached ? `${state}/cache/objects/${destination.name}/${folder}` : undefined;
  return { destination, folder, cacheFolder };
}
