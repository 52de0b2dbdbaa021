import type { DatabaseEngine } from '../domain/database-name.ts';
import type { NewerRows } from '../domain/newer-rows.ts';
import type { PointLine } from './requests.ts';

/** One table (or sequence) of a database, then and now. What is not there then or now is undefined. */
export interface TableLine {
  readonly name: string;
  /** In the restore point, compared with now: `gone` is no longer there, `new` was not there yet. */
  readonly mark: 'same' | 'changed' | 'gone' | 'new';
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

/** Where a database, or some tables of it, come back. */
export type DatabaseTarget =
  /** As a new database beside the live one, which stays as it is. Without a name Larder finds one. */
  | { readonly kind: 'beside'; readonly name: string | undefined }
  /** In the place of the live ones, which are kept so that it can be undone. */
  | { readonly kind: 'replace' };

export interface DatabasePlanTable {
  readonly name: string;
  /** `removed`: it is there now and was not then. It is kept for the undo, as what is replaced is. */
  readonly action: 'comes-back' | 'replaced' | 'removed';
  readonly rows: number | undefined;
  readonly rowsNow: number | undefined;
  readonly bytes: number | undefined;
  readonly newer: NewerRows | undefined;
}

export interface DatabasePlanCounts {
  readonly comesBack: number;
  readonly replaced: number;
  readonly removed: number;
  /** Tables of the live database that nothing happens to. */
  readonly stays: number;
  /** Rows that are loaded. */
  readonly rows: number;
  /** Rows that came in after the restore point and will no longer be there. */
  readonly newerRows: number;
  /** Bytes that are loaded. */
  readonly bytes: number;
  readonly views: number;
  readonly routines: number;
  readonly triggers: number;
  readonly events: number;
}

export type DatabaseWarning =
  /** Rows that would be lost. */
  | { readonly kind: 'newer-rows'; readonly count: number; readonly tables: readonly string[] }
  /** On the file system of the server; known only where that is this machine. */
  | { readonly kind: 'no-space'; readonly needed: number; readonly free: number }
  /** It was dumped from a newer server than the one it comes back to. */
  | { readonly kind: 'newer-server'; readonly version: string; readonly versionNow: string }
  /** Tables that were not of one moment when they were dumped. */
  | { readonly kind: 'not-consistent'; readonly tables: readonly string[] }
  /** For some milliseconds the database is without its triggers. */
  | { readonly kind: 'triggers-pause'; readonly count: number }
  /** Views that did not work when they were dumped. They come back the same. */
  | { readonly kind: 'broken-views'; readonly views: readonly string[] }
  /** Other tables refer to these by foreign keys; rows may miss their partners afterwards. */
  | { readonly kind: 'foreign-keys'; readonly tables: readonly string[] }
  /** Of an undo: tables that were changed since the restore. What came in is kept for the undo of the undo. */
  | { readonly kind: 'changed-since'; readonly tables: readonly string[] };

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
  readonly target: { readonly kind: 'beside'; readonly name: string } | { readonly kind: 'replace' };
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

/** What a restore of a database did, counted on the server afterwards. */
export interface DatabaseReceiptReport {
  readonly account: string;
  readonly plan: string;
  readonly purpose: 'restore-database' | 'undo-database';
  readonly point: PointLine;
  readonly engine: DatabaseEngine;
  readonly database: string;
  readonly target: { readonly kind: 'beside'; readonly name: string } | { readonly kind: 'replace' };
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
  readonly name: string;
  /** None: all of them. `csv` is of exactly one. */
  readonly tables: readonly string[];
  readonly format: 'sql.gz' | 'sql.zst' | 'csv';
  /** Without the first line that clients before 2024 do not know. */
  readonly forOldClients: boolean;
}
