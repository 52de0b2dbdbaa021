import type { DatabaseEngine } from '../domain/database-name.ts';
import type {
  DatabasePlanCounts,
  DatabasePlanTable,
  DatabaseTarget,
  DatabaseWarning,
  NamedTarget,
} from '../domain/database-plan.ts';
import type { PlanState } from '../domain/stored-plan.ts';
import type { NewerRows } from '../domain/newer-rows.ts';
import type { PointLine } from './requests.ts';

/** About databases of restore points. None of these changes anything; plans are run by `run-plan`. */
export type DatabaseRequest =
  /**
   * With a name: of the newest restore point that `point` may mean and that has this database, or with `redis:NAME` this
   * instance of Redis.
   */
  | {
      readonly kind: 'databases';
      readonly account: string;
      readonly point: string;
      readonly database?: string | undefined;
    }
  /** The tables of a database in a restore point, beside those of now. Loads nothing. */
  | { readonly kind: 'tables'; readonly account: string; readonly point: string; readonly database: string }
  /** One of them with its definition and its first rows. */
  | {
      readonly kind: 'table';
      readonly account: string;
      readonly point: string;
      readonly database: string;
      readonly table: string;
    }
  /** What the restore of a database will do, before it does it. Changes nothing. */
  | {
      readonly kind: 'plan-database';
      readonly account: string;
      readonly point: string;
      readonly database: string;
      /** None: all of them, with views, routines, triggers and events. */
      readonly tables: readonly string[];
      readonly target: DatabaseTarget;
    };

/** One table (or sequence) of a database, then and now. What is not there then or now is undefined. */
export interface TableLine {
  readonly name: string;
  /**
   * In the restore point, compared with now: `gone` is no longer there, `new` was not there yet; `same`: as many
   * rows of the same form, and nothing else in them in the newest restore point. What stands in live rows is not read.
   */
  readonly mark: 'same' | 'changed' | 'gone' | 'new';
  /** Whether the newest restore point holds the very same rows; undefined in that one itself, or when nobody can tell. */
  readonly isSameContent: boolean | undefined;
  readonly rows: number | undefined;
  readonly rowsNow: number | undefined;
  readonly bytes: number | undefined;
  readonly bytesNow: number | undefined;
  /** Whether its definition is what it was; undefined unless it is there both then and now. */
  readonly isSameDefinition: boolean | undefined;
  /** False for tables of engines without transactions: their rows may be of different moments. */
  readonly isConsistent: boolean;
  readonly newer: NewerRows | undefined;
}

/** The databases of a restore point. */
export interface DatabasesReport {
  readonly account: string;
  readonly point: PointLine;
  readonly databases: readonly DatabaseLine[];
}

export interface DatabaseLine {
  /** As other requests take it: `postgresql:NAME` where the engine is not the first of the server. */
  readonly name: string;
  readonly engine: DatabaseEngine;
  /** Of the server that it was dumped from. */
  readonly version: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A database of a restore point beside the live one, without loading anything. */
export interface TablesReport {
  readonly account: string;
  readonly point: PointLine;
  readonly database: string;
  readonly engine: DatabaseEngine;
  /** Of the server that it was dumped from, and of the one that runs now (undefined when it does not answer). */
  readonly version: string;
  readonly versionNow: string | undefined;
  /** Whether the database is there now. */
  readonly isLive: boolean;
  /** Whether single tables can be put in the place of live ones; else only beside them. */
  readonly replacesTables: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly views: number;
  readonly routines: number;
  readonly triggers: number;
  readonly events: number;
  readonly tables: readonly TableLine[];
}

/** One table of a restore point, looked into. */
export interface TableReport {
  readonly account: string;
  readonly point: PointLine;
  readonly database: string;
  readonly table: TableLine;
  /** What made it, then and now. */
  readonly definition: string | undefined;
  readonly definitionNow: string | undefined;
  readonly columns: readonly string[];
  /** The first rows as text; `null` is NULL. Long values are cut. */
  readonly sample: readonly (readonly (string | null)[])[];
}

/** What a restore of a database, or the undo of one, will do. Told apart from other plans by `purpose`. */
export interface DatabasePlanReport {
  /** Names the plan in `run-plan`. */
  readonly plan: string;
  readonly account: string;
  readonly purpose: 'restore-database' | 'undo-database';
  readonly point: PointLine;
  readonly engine: DatabaseEngine;
  readonly database: string;
  /** With its name found when it is beside. */
  readonly target: NamedTarget;
  /** Whether all of the database comes back, or only the tables named. */
  readonly isWhole: boolean;
  /** For an undo: the job that it takes back. */
  readonly undoes: string | undefined;
  readonly counts: DatabasePlanCounts;
  readonly warnings: readonly DatabaseWarning[];
  /** Every table to which something happens. */
  readonly tables: readonly DatabasePlanTable[];
  /** Users of the database that are missing on the server and come back with their passwords. */
  readonly users: readonly string[];
  /** It must be started before; half an hour after it was made. */
  readonly expiresAt: string;
  /** For so many days after it ran it can be taken back. */
  readonly undoDays: number;
}

/** A plan about a database, whatever became of it. */
export interface ShownDatabasePlan {
  readonly report: DatabasePlanReport;
  readonly state: PlanState;
  /** The job that runs or ran it. */
  readonly job: string | undefined;
}

/** What a restore of a database did, counted on the server afterwards. */
export interface DatabaseReceiptReport {
  readonly account: string;
  readonly plan: string;
  readonly purpose: 'restore-database' | 'undo-database';
  readonly point: PointLine;
  readonly engine: DatabaseEngine;
  readonly database: string;
  readonly target: NamedTarget;
  readonly isWhole: boolean;
  readonly counts: DatabasePlanCounts;
  readonly users: readonly string[];
  readonly undoUntil: string;
  readonly seconds: number;
  readonly problemCount: number;
  /** Views, routines and the like that could not be made; `object` is their name. */
  readonly problems: readonly { readonly object: string; readonly reason: string }[];
}

/** How a download of a database is written. */
export interface DatabaseDownload {
  /** With `rdb` that of an instance of Redis. */
  readonly name: string;
  /** None: all of them. `csv` is of exactly one. */
  readonly tables: readonly string[];
  readonly format: 'sql.gz' | 'sql.zst' | 'csv' | 'rdb';
  /** Without the first line that clients before 2024 do not know. */
  readonly forOldClients: boolean;
}
