/** What we use of better-sqlite3, which brings no types of its own. */
declare module 'better-sqlite3' {
  class Database {
    constructor(file: string, options?: { timeout?: number });
    readonly inTransaction: boolean;
    prepare(source: string): Database.Statement;
    exec(source: string): this;
    pragma(source: string, options?: { simple?: boolean }): unknown;
    close(): this;
  }

  namespace Database {
    type Value = number | string | Uint8Array | null;
    /** By position, or one record of names. */
    type Values = Value[] | [{ readonly [name: string]: Value }];

    class Statement {
      run(...values: Values): { changes: number; lastInsertRowid: number | bigint };
      get(...values: Values): unknown;
      all(...values: Values): unknown[];
      /** Rows come as lists. */
      raw(): this;
      /** Rows come as their first column. */
      pluck(): this;
    }

    class SqliteError extends Error {
      readonly code: string;
    }
  }

  export = Database;
}
