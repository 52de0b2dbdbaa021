import type { DatabaseEngine } from '../domain/database-name.ts';
import type { ExchangeJournal } from '../domain/exchange-journal.ts';
import type { LiveDatabase } from '../domain/live-database.ts';
import type { NewerRows } from '../domain/newer-rows.ts';
import type { DumpDescription, StoredDefinitions, StoredTable, StoredUser } from '../domain/stored-database.ts';

/**
 * Brings databases of one server back. Nothing of a dump is ever run with more rights than the one database it goes to.
 * Whatever a process left that was killed can be taken up by the next: names of what is hidden come from the plan.
 */
export interface DatabaseRestorer {
  readonly engine: DatabaseEngine;
  /** Whether single tables can be put in the place of live ones. */
  readonly replacesTables: boolean;

  /** As the server says it, such as `10.11.19-MariaDB`. */
  version(): Promise<string>;

  /** @returns undefined when there is no such database. @throws {Failure} `database-unreachable`. */
  look(database: string): Promise<LiveDatabase | undefined>;

  /** Rows of live tables that came in, or were changed, after a dump; tables about which nothing is known are left out. */
  countNewer(database: string, tables: readonly StoredTable[], dumpedAt: Date): Promise<ReadonlyMap<string, NewerRows>>;

  /** Users of a restore point that are not on the server and may be made again. */
  findMissingUsers(users: readonly StoredUser[]): Promise<readonly StoredUser[]>;

  /** Bytes that are free for the server's data; undefined where that is another machine. */
  freeBytes(): Promise<number | undefined>;

  /**
   * Loads tables into a hidden database and counts their rows against what was dumped.
   * @throws {Failure} `database-refused`, `repository-damaged`, `cancelled`; the hidden database is gone then.
   */
  load(order: LoadTables): Promise<void>;

  /**
   * Makes a hidden database one of the account's, with everything but running events. Whoever may use `alike` may use it.
   * @returns what could not be made. @throws {Failure} `database-refused` when there is one of that name meanwhile.
   */
  publish(order: PublishOrder): Promise<readonly ObjectProblem[]>;

  /**
   * Puts tables in the place of live ones in one instant, which are kept in `outgoing`, and makes what belongs to them.
   * @returns what could not be made. @throws {Failure} `database-busy`, and `database-refused` when a new one cannot be
   * made, such as when there is one of that name meanwhile: with the live database as it was.
   */
  exchange(order: ExchangeJournal, signal: AbortSignal): Promise<readonly ObjectProblem[]>;

  /**
   * Makes the live database what it was before an exchange, wherever that was stopped. May be begun as often as it takes.
   * Where there was none and the exchange did not come to be, whatever is there now is somebody else's, and stays.
   */
  putBack(order: ExchangeJournal): Promise<readonly ObjectProblem[]>;

  /** Makes missing users with their passwords, and gives them what they had on this database, and nothing else. */
  restoreUsers(users: readonly StoredUser[], from: string, database: string): Promise<readonly ObjectProblem[]>;

  /** Drops a database and the account of Larder's that owns what is in it. One that is not there is no failure. */
  drop(database: string): Promise<void>;

  /**
   * Ends accounts, and drops hidden databases with what was to come, of loads that nobody works on any more.
   * @param kept plans that still have to be put back: what they loaded tells how far they came, and stays.
   */
  sweep(kept: ReadonlySet<string>): Promise<void>;

  close(): Promise<void>;
}

export interface LoadTables {
  /** Of the plan. */
  readonly id: string;
  readonly description: DumpDescription;
  readonly tables: readonly StoredTable[];
  /** What the tables are made of, one after the other. */
  readonly content: AsyncIterable<Uint8Array>;
  /**
   * What `content` begins with, to be looked at before any of it is run: only into the server of a drill, which is to have
   * what the live one has.
   */
  readonly ahead?: AsyncIterable<Uint8Array> | undefined;
  /** As whom the stock client runs; undefined: as this process. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly signal: AbortSignal;
}

export interface PublishOrder {
  readonly id: string;
  readonly description: DumpDescription;
  readonly tables: readonly string[];
  readonly definitions: StoredDefinitions;
  /** The new database. */
  readonly name: string;
  /** The database whose users may use this one too; undefined when it is somebody else's by now. It need not be there. */
  readonly alike: string | undefined;
  /**
   * Awaited as soon as what stands under `name` is this order's: what fails before leaves alone whatever is there, which
   * somebody else may have made.
   */
  readonly onMade?: () => Promise<unknown>;
}

/** `object`: the name of a view, routine, trigger, event or user. */
export interface ObjectProblem {
  readonly object: string;
  readonly reason: string;
}
