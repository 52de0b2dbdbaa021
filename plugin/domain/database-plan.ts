import type { ExchangeJournal } from './exchange-journal.ts';
import type { DatabaseEngine } from './database-name.ts';
import type { NewerRows } from './newer-rows.ts';
import type { PlanPoint, PlanState } from './stored-plan.ts';

/** Where a database, or some tables of it, come back. */
export type DatabaseTarget =
  /** As a new database beside the live one, which stays as it is. Without a name Larder finds one. */
  | { readonly kind: 'beside'; readonly name: string | undefined }
  /** In the place of the live ones, which are kept so that it can be undone. */
  | { readonly kind: 'replace' };

export type NamedTarget = { readonly kind: 'beside'; readonly name: string } | { readonly kind: 'replace' };

export interface DatabasePlanTable {
  readonly name: string;
  /** `removed`: it is there now and was not then. It is kept for the undo, as what is replaced is. */
  readonly action: 'comes-back' | 'replaced' | 'removed';
  readonly rows: number | undefined;
  readonly rowsNow: number | undefined;
  readonly bytes: number | undefined;
  readonly newer: NewerRows | undefined;
  /**
   * Of a table with as many rows as now: false when the newest restore point holds other values in them. Undefined when
   * nobody can tell without reading them.
   */
  readonly isSameContent: boolean | undefined;
}

export interface DatabasePlanCounts {
  readonly comesBack: number;
  readonly replaced: number;
  readonly removed: number;
  /** Tables of the live database that nothing happens to. */
  readonly stays: number;
  /** Rows that come. */
  readonly rows: number;
  /** Rows that came in after the restore point and will no longer be there. */
  readonly newerRows: number;
  /** Bytes that come. */
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
  /** PostgreSQL: the database is renamed, so whoever is connected is sent away; new connections find what came back. */
  | { readonly kind: 'connections-close' }
  /** Views that did not work when they were dumped. They come back the same. */
  | { readonly kind: 'broken-views'; readonly views: readonly string[] }
  /** Of tables that come back alone: those that they refer to, and that are not there. */
  | { readonly kind: 'foreign-keys'; readonly tables: readonly string[] }
  /** Of an undo: tables that were changed since the restore. What came in is kept for the undo of the undo. */
  | { readonly kind: 'changed-since'; readonly tables: readonly string[] };

/** What a plan is for: enough to work it out anew. */
export type DatabaseQuestion = {
  readonly point: PlanPoint;
  readonly engine: DatabaseEngine;
  readonly database: string;
  readonly target: NamedTarget;
} & (
  | {
      readonly purpose: 'restore-database';
      /** None: all of them. */
      readonly tables: readonly string[];
    }
  | {
      readonly purpose: 'undo-database';
      /** The plan that is taken back, and the job that ran it. */
      readonly undoes: { readonly plan: string; readonly job: string };
      readonly isWhole: boolean;
    }
);

export interface WorkedDatabasePlan {
  readonly tables: readonly DatabasePlanTable[];
  readonly counts: DatabasePlanCounts;
  readonly warnings: readonly DatabaseWarning[];
  /** `user@host` of users that come back. */
  readonly users: readonly string[];
}

export interface DatabaseReceipt {
  readonly counts: DatabasePlanCounts;
  readonly users: readonly string[];
  readonly seconds: number;
  readonly problems: readonly { readonly object: string; readonly reason: string }[];
}

/** A plan about a database as it is kept. Times are ISO 8601 in UTC. */
export interface StoredDatabasePlan extends WorkedDatabasePlan {
  readonly id: string;
  readonly account: string;
  readonly question: DatabaseQuestion;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly state: PlanState;
  readonly job: string | undefined;
  readonly finishedAt: string | undefined;
  readonly undoUntil: string | undefined;
  /** Written down before the live database is touched: with it anybody can make that what it was before. */
  readonly journal: ExchangeJournal | undefined;
  readonly receipt: DatabaseReceipt | undefined;
}

export function isWholePlan(question: DatabaseQuestion): boolean {
  return question.purpose === 'restore-database' ? question.tables.length === 0 : question.isWhole;
}
