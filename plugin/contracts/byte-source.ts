/** Something long that is read in pieces from anywhere in it. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** @returns exactly `length` bytes from `offset`. @throws {Failure} what the place behind it throws; when they are not there. */
  read(offset: number, length: number): Promise<Buffer>;
}
