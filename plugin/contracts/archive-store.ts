import type { StoredObject } from './object-store.ts';

/** Where archives are kept: few objects, of any size, written from front to back and read in pieces. */
export interface ArchiveStore {
  /** What people call this place. */
  readonly location: string;

  /** Begins an object. Nobody sees it before `finish`. @throws {Failure} `destination-unreachable`, `no-space`. */
  create(key: string): Promise<ArchiveUpload>;

  /** @returns exactly `length` bytes. @throws {Failure} `archive-damaged` when the object ends before; `not-found`, `destination-unreachable`. */
  readRange(key: string, offset: number, length: number): Promise<Buffer>;

  /** Whole objects whose key begins with `prefix`, in no order. @throws {Failure} `destination-unreachable`. */
  list(prefix: string): Promise<StoredObject[]>;

  /** As the place says now; undefined where the object is not locked. @throws {Failure} `not-found`, `destination-unreachable`. */
  lockedUntil(key: string): Promise<Date | undefined>;

  /**
   * Locks an object at least until then; never shortens. Nothing happens where nothing can be locked.
   * @throws {Failure} `destination-refused` when it is not locked afterwards; `not-found`, `destination-unreachable`.
   */
  lock(key: string, until: Date): Promise<void>;

  /** One that is not there is no failure. @throws {Failure} `destination-unreachable`. */
  remove(key: string): Promise<void>;
}

export interface ArchiveUpload {
  /** Bytes in order; they are the caller's again once this has resolved. @throws {Failure} `destination-unreachable`, `no-space`. */
  write(bytes: Uint8Array): Promise<void>;

  /**
   * Makes the object whole. Afterwards the place says itself that it has all bytes, and they survive a power cut.
   * @throws {Failure} `destination-unreachable`, `no-space`; then there is no object.
   */
  finish(): Promise<void>;

  /** Drops what was sent; nothing of it stays where the place can be reached. Never throws. */
  abort(): Promise<void>;
}
