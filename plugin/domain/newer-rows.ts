/** Rows that came in, or were changed, after a restore point: what a restore in place would lose. */
export interface NewerRows {
  readonly count: number;
  /** How they are known: by a growing primary key, or by a column that holds when a row was made or changed. */
  readonly by: 'key' | 'created' | 'updated';
  readonly column: string;
}
