import type { StoredDefinitions } from './stored-database.ts';

/** A database as it is on the server at this moment. */
export interface LiveDatabase {
  readonly name: string;
  /** As the server says it, such as `10.11.19-MariaDB`. */
  readonly serverVersion: string;
  readonly charset: string;
  readonly collation: string;
  /** In the order of their names' UTF-16 units. */
  readonly tables: readonly LiveTable[];
  readonly definitions: StoredDefinitions;
  /** Tables of other databases that refer to tables of this one. */
  readonly referredFrom: readonly TableRef[];
}

export interface LiveTable {
  readonly name: string;
  readonly kind: 'table' | 'sequence';
  readonly engine: string;
  /** Counted where that is quick, else what the server guesses. */
  readonly rows: number;
  readonly bytes: number;
  readonly definition: string;
  /** Of the definition without the next automatic number, as `StoredTable` has it. */
  readonly definitionSha256: string;
  /** Tables that this one refers to by foreign keys. */
  readonly refersTo: readonly TableRef[];
}

export interface TableRef {
  readonly database: string;
  readonly table: string;
}
