import type { Account, PanelAccount } from '../domain/account.ts';
import type { AccountName, Generation, RepositoryId, SnapshotId } from '../domain/ids.ts';
import type { ReplacedRepository } from '../domain/plan-renewal.ts';

/** What Larder remembers beside the repositories themselves. Kept in SQLite or MariaDB; both pass one suite. */
export interface Records {
  /**
   * Brings the known accounts in line with the panel's list: a new one gets a generation; one whose uid
   * changed is another customer and gets a new generation; one that is missing is marked as gone, never deleted.
   * @returns the accounts on the panel, by name. @throws {Failure} `metadata-unreachable`.
   */
  recordAccounts(seen: readonly PanelAccount[], at: Date): Promise<Account[]>;

  /** The repository of an account at a destination, if one was made. */
  findRepository(generation: Generation, destination: string): Promise<RepositoryRecord | undefined>;

  /** Every repository of this server at every destination, also of accounts that are gone and of the server itself. */
  listRepositories(): Promise<readonly RepositoryRecord[]>;

  /** Remembers a repository that was just made. @throws {Failure} `metadata-unreachable`. */
  addRepository(record: RepositoryRecord): Promise<void>;

  /**
   * From now on another repository is the account's at that destination, and what is known of restore points stands under
   * their new ids. In one step: whatever stops it, all of it or nothing was done.
   * @throws {Failure} `busy` when the former one is not what is used there (any more).
   */
  exchangeRepository(exchange: RepositoryExchange): Promise<void>;

  /** Repositories of this server in whose place others are used, the oldest exchange first. */
  listFormerRepositories(): Promise<readonly FormerRepository[]>;

  /** Remembers one that was found and that the records do not know; one that they know stays as it is. */
  addFormerRepository(former: FormerRepository): Promise<void>;

  /** All is done that comes after the exchange. */
  closeFormerRepository(former: FormerRepository): Promise<void>;

  /** It is gone. */
  dropFormerRepository(former: FormerRepository): Promise<void>;

  /**
   * Gives an account back the generation it had before the records were lost, unless what it has now has a repository.
   * @returns whether it has that generation afterwards.
   */
  adoptGeneration(account: PanelAccount, generation: Generation, at: Date): Promise<boolean>;

  /** Remembers how a backup ended. */
  addRun(run: RunRecord): Promise<void>;

  /** The newest successful run of each account, by generation; those of databases alone or of some paths do not count. */
  lastRuns(): Promise<ReadonlyMap<Generation, RunRecord>>;

  /** Runs of this server's accounts that ended from then on, oldest first. */
  listRuns(since: Date): Promise<readonly RunRecord[]>;

  /** Forgets runs that ended before, except the newest of each account and the newest that succeeded. */
  removeRunsBefore(time: Date): Promise<void>;

  close(): Promise<void>;
}

export interface RepositoryRecord {
  readonly repositoryId: RepositoryId;
  readonly generation: Generation;
  readonly accountName: AccountName;
  readonly destination: string;
  /** Folder name below the destination. */
  readonly folder: string;
  readonly createdAt: Date;
}

export interface RepositoryExchange {
  readonly former: RepositoryRecord;
  /** Of the same account and destination. */
  readonly record: RepositoryRecord;
  /** New ids of restore points by those they had. */
  readonly points: ReadonlyMap<SnapshotId, SnapshotId>;
  readonly at: Date;
  readonly job: string | undefined;
  /** Whether nothing is left to be done afterwards. */
  readonly isClosed: boolean;
}

export interface FormerRepository extends RepositoryRecord, ReplacedRepository {}

export interface RunRecord {
  readonly generation: Generation;
  readonly destination: string;
  /** `manual` is of a whole account, too; `partial` of the paths that somebody named. */
  readonly kind: 'nightly' | 'manual' | 'database' | 'partial';
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Absent when the run failed. */
  readonly snapshotId: SnapshotId | undefined;
  /** Absent when it succeeded. */
  readonly failureCode: string | undefined;
  readonly filesTotal: number;
  readonly bytesTotal: number;
  readonly bytesAdded: number;
  readonly skipped: number;
}
