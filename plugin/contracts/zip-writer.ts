/**
 * Writes one zip from front to back, entry after entry, without holding more of it than a few megabytes. The same
 * calls make the same bytes. One call at a time: each settles when there is room for the next, and rejects with what
 * the sink threw once that has failed.
 */
export interface ZipWriter {
  folder(entry: ZipEntry): Promise<void>;
  /** A file whose content is at hand. The bytes are the writer's from then on. */
  file(entry: ZipEntry, content: Buffer): Promise<void>;
  /** Begins a file of any size; `data` follows in order until `endFile`. */
  beginFile(entry: ZipEntry): Promise<void>;
  /** The bytes are the writer's from then on. */
  data(bytes: Buffer): Promise<void>;
  endFile(): Promise<void>;
  symlink(entry: ZipEntry, target: string): Promise<void>;
  /** Writes what belongs at the end. @returns how many bytes the zip has; the sink has taken them all then. */
  finish(): Promise<number>;
  /** Ends the writer, whole or not; who waits for it is refused. Nothing more reaches the sink after a call that runs. */
  close(): Promise<void>;
}

export interface ZipEntry {
  /** Parts joined by `/`, well-formed text without `\`, control characters, or a drive such as `c:` in front; at most 65,000 bytes of UTF-8. */
  readonly name: string;
  /** Permission bits: 0 to 0o777. */
  readonly mode: number;
  /** Kept in UTC, to two seconds, from 1980 to 2043; others become the nearest. */
  readonly modified: Date;
  /** Of files: whether compressing them is worth the time. */
  readonly compress: boolean;
}

/** Takes bytes in order; the next come when its promise has settled. */
export type ZipSink = (bytes: Uint8Array) => Promise<void>;
