/**
 * Where the objects of one repository are kept. Keys are relative paths with `/`, such as `data/ab/abcd…`.
 *
 * Guarantees of every store:
 * - a write is all or nothing: readers see the whole object or none of it;
 * - after `write` resolves, every reader and `list` see the object, and it survives a power cut
 *   (unless `durable: false` was asked for);
 * - objects are never changed in place.
 */
export interface ObjectStore {
  /** What people call this place, such as `/backup/larder/maria-1f00aa22`. */
  readonly location: string;

  /**
   * Stores `bytes` under `key`, replacing what was there. On failure the old object or none remains.
   * `bytes` may be changed by the caller once the promise has settled, not before.
   * @throws {Failure} `no-space`, `destination-unreachable`.
   */
  write(key: string, bytes: Uint8Array, options?: WriteOptions): Promise<void>;

  /** @throws {Failure} `not-found`, `destination-unreachable`. */
  read(key: string): Promise<Buffer>;

  /**
   * Reads `length` bytes from `offset`; fewer only where the object ends before. The store may place them at the
   * beginning of `target`, where that is large enough; the answer is then a part of it.
   * @throws {Failure} `not-found`, `destination-unreachable`.
   */
  readRange(key: string, offset: number, length: number, target?: Buffer): Promise<Buffer>;

  /** Every object whose key begins with `prefix` (a folder ending in `/`, or empty), in no order. Unfinished writes are not listed. */
  list(prefix: string): Promise<StoredObject[]>;

  /** Removes an object; one that is not there is no failure. @throws {Failure} `destination-unreachable`. */
  remove(key: string, options?: RemoveOptions): Promise<void>;

  /**
   * What writes that never ended left behind and nobody has touched since `before`. `list` never shows these; only
   * `remove` takes their keys.
   * @throws {Failure} `destination-unreachable`.
   */
  listUnfinished(before: Date): Promise<StoredObject[]>;
}

export interface WriteOptions {
  /** False for objects that need not survive a power cut, such as locks. Default true. */
  readonly durable?: boolean;
  /** Where objects can be locked: until then nobody may delete it. Default: as the destination's rule says. */
  readonly lockUntil?: Date | undefined;
}

export interface RemoveOptions {
  /** True: afterwards this removal, and every earlier one from the same folder, survives a power cut. Default false. */
  readonly durable?: boolean;
}

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
}
