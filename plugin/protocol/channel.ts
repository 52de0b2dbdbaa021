/** Bytes there and back, over whatever carries them. */
export interface Channel {
  /**
   * Resolves when the other side's system has taken all of the bytes, which stay unchanged until then; so whoever waits
   * for it is as slow as the reader. Calls keep their order. @throws {Error} when the connection ended before.
   */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends, never throws, when either side has closed or the connection broke. A chunk is read when it is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What was sent before still goes out if the reader takes it soon; then `send` throws and `chunks` end. */
  close(): void;
}
