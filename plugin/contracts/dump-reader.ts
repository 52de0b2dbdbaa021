/** Reads what a restore point keeps of one table, without a server. */
export interface DumpReader {
  /** What made the table, as the server showed it; undefined when the text does not hold it. */
  readDefinition(content: AsyncIterable<Uint8Array>): Promise<string | undefined>;
  /**
   * The rows, in the order in which they are stored. Nothing is held but one row.
   * @throws {Failure} `repository-damaged` for a text that does not read as a dump.
   */
  readRows(content: AsyncIterable<Uint8Array>): AsyncIterable<DumpedRow>;
  /** Names of all columns. */
  columnsOf(definition: string): readonly string[];
}

export interface DumpedRow {
  /** Where the text names them, else all of the table's. */
  readonly columns: readonly string[] | undefined;
  /** As text; `null` is NULL. Bytes that are no text are written as `0x…`. */
  readonly values: readonly (string | null)[];
}
