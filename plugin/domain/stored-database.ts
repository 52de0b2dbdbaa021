/**
 * What a restore point keeps of a database, in `databases/<engine>/<name>/`. Names become file names by `toFileName`.
 * Every `.sql` file is complete: it begins with the settings that it needs and ends by taking them back. Loaded in the
 * order of their names they make the database anew.
 */
import type { DatabaseEngine } from './database-name.ts';

/** At the top of a snapshot. */
export const databasesFolder = 'databases';

/** Names in a database's folder, in the order in which they are loaded. */
export const storedNames = {
  /** PostgreSQL: schemas, types, functions, sequences; all that tables may need. */
  before: '0-before.sql',
  sequences: '1-sequences.sql',
  /** A folder with one file for each table: its definition, then its rows. */
  tables: '2-tables',
  routines: '3-routines.sql',
  views: '4-views.sql',
  triggers: '5-triggers.sql',
  events: '6-events.sql',
  /** PostgreSQL: where sequences stand, views, foreign keys, triggers, rights; all that needs tables. */
  after: '7-after.sql',
  /** `StoredDefinitions`: what the four files before are made of. */
  definitions: 'definitions.json',
  /** `StoredUsers`. Holds hashes of passwords. */
  users: 'users.json',
  /** `DumpDescription`. Written last: without it there is no database. */
  description: 'dump.json',
} as const;

/** What was dumped, and from where. */
export interface DumpDescription {
  readonly format: 1;
  readonly engine: DatabaseEngine;
  readonly name: string;
  /** ISO 8601 */
  readonly dumpedAt: string;
  /** As the server says it, such as `10.11.19-MariaDB`. */
  readonly serverVersion: string;
  /** The program that read the rows. */
  readonly program: string;
  /** The moment in the server's log that the rows are of; undefined where it keeps none. */
  readonly position: DumpPosition | undefined;
  /** Whether it was read from the replica. */
  readonly isFromReplica: boolean;
  /** Defaults of the database for new tables. */
  readonly charset: string;
  readonly collation: string;
  readonly counts: DumpCounts;
  /** In the order of their names' UTF-16 units. */
  readonly tables: readonly StoredTable[];
  /** Views that do not work; they are kept as text only. */
  readonly brokenViews: readonly BrokenView[];
}

export interface DumpPosition {
  /** MariaDB */
  readonly gtid: string | undefined;
  /** MariaDB and MySQL: name and offset. Of a replica: its own. */
  readonly binlog: { readonly file: string; readonly offset: number } | undefined;
  /** PostgreSQL */
  readonly lsn: string | undefined;
}

/** Of all tables together, and of everything else. */
export interface DumpCounts {
  readonly rows: number;
  readonly bytes: number;
  readonly views: number;
  readonly routines: number;
  readonly triggers: number;
  readonly events: number;
}

export interface StoredTable {
  readonly name: string;
  readonly kind: 'table' | 'sequence';
  /** Storage engine, such as `InnoDB`. */
  readonly engine: string;
  readonly rows: number;
  /** Of its file. A sequence has none of its own: 0. */
  readonly bytes: number;
  /** SHA-256 of its definition, in which the next automatic number is left out: `tableDefinition`. */
  readonly definitionSha256: string;
  /** False where the engine has no transactions: its rows may be of different moments. */
  readonly isConsistent: boolean;
  /** The number that the next row would have got; undefined where rows get none. Digits: it may exceed 2^53. */
  readonly nextNumber: string | undefined;
}

export interface BrokenView {
  readonly name: string;
  /** What the server says about it. */
  readonly problem: string;
}

/** Everything of a database but tables and rows, as the server told it. */
export interface StoredDefinitions {
  readonly routines: readonly StoredRoutine[];
  readonly views: readonly StoredView[];
  readonly triggers: readonly StoredTrigger[];
  readonly events: readonly StoredEvent[];
}

/** Under which settings a definition was made, and means what it means. */
export interface DefinitionSettings {
  readonly sqlMode: string;
  readonly charset: string;
  readonly connectionCollation: string;
  readonly databaseCollation: string;
}

interface StoredDefinition extends DefinitionSettings {
  readonly name: string;
  /** As `SHOW CREATE` prints it, with the definer. */
  readonly sql: string;
  /** `user@host` as the server writes it. */
  readonly definer: string;
}

export interface StoredRoutine extends StoredDefinition {
  readonly kind: 'procedure' | 'function' | 'package' | 'package body';
}

export interface StoredTrigger extends StoredDefinition {
  readonly table: string;
}

export interface StoredEvent extends StoredDefinition {
  readonly timeZone: string;
  /** As on the primary: a replica says that all are disabled. */
  readonly status: 'ENABLED' | 'DISABLED' | 'SLAVESIDE_DISABLED';
}

export interface StoredView extends Omit<StoredDefinition, 'sqlMode' | 'databaseCollation'> {
  /** Empty for one that does not work. */
  readonly columns: readonly string[];
}

/** Who may use the database, with what they need to be made anew. */
export interface StoredUsers {
  readonly users: readonly StoredUser[];
}

export interface StoredUser {
  readonly user: string;
  readonly host: string;
  /** `CREATE USER …` with the hash of the password. */
  readonly create: string;
  /** `GRANT …` statements; those on other databases are left out. */
  readonly grants: readonly string[];
}
