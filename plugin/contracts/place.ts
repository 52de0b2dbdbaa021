import type { ObjectStore } from './object-store.ts';

/** A folder at a destination, opened: what every kind of destination can do, and what only some can. */
export interface Place {
  /** The objects below the folder. */
  readonly store: ObjectStore;

  /** Names of the folders directly below. @throws {Failure} `destination-unreachable`, `destination-refused`. */
  listFolders(): Promise<string[]>;

  /**
   * Stores `bytes` unless there is such an object already. Of several at the same moment one wins where the
   * destination's probe found that it does (`ProbeFindings.exclusiveWrite`).
   * @returns whether it was stored.
   */
  writeNew(key: string, bytes: Uint8Array): Promise<boolean>;

  /** When an object was written, by the clock of the destination. @throws {Failure} `not-found`. */
  writtenAt(key: string): Promise<Date>;

  /**
   * Tidies up: removes the folder and those in it, as far as nothing is in them and they can be removed. Nobody may be
   * writing there. Where folders are but parts of names there is nothing to do.
   */
  dropEmptyFolders(): Promise<void>;

  /** Undefined where objects cannot be locked. */
  readonly locks: ObjectLocks | undefined;

  /** Undefined where large objects are not sent in parts. */
  readonly uploads: LargeUploads | undefined;

  /** Ends connections; what is on its way fails. */
  close(): void;
}

/** Keeps objects from being deleted or replaced until a moment, against everyone or nearly. */
export interface ObjectLocks {
  /** As the destination says now; undefined when the object is not locked. @throws {Failure} `not-found`. */
  lockedUntil(key: string): Promise<Date | undefined>;

  /**
   * Locks an object at least until then; never shortens. The answer of the destination is not believed: the lock is
   * read back. @throws {Failure} `destination-refused` when it is not there afterwards.
   */
  lock(key: string, until: Date): Promise<void>;

  /** Really tries to delete an object for good, as a burglar would. @returns whether it is gone. Only for trials. */
  tryDestroy(key: string): Promise<boolean>;
}

/**
 * Large objects in parts. A part is sent as a whole and may be sent again; parts need not come in order. Until
 * `complete` nobody sees the object. What was begun and never ended costs money: whoever begins writes down the upload
 * before the first part, so that it can be resumed or aborted later.
 */
export interface LargeUploads {
  /** Every part but the last must have at least so many bytes. */
  readonly leastPartBytes: number;
  readonly mostParts: number;

  /** @returns what names the upload from now on, with its key. */
  begin(key: string, options?: { readonly lockUntil?: Date | undefined }): Promise<string>;

  /** @param number from 1. The bytes may be changed once the promise has settled. */
  writePart(upload: LargeUpload, number: number, bytes: Uint8Array): Promise<UploadedPart>;

  /** What of an upload has arrived. @returns undefined when there is no such upload (any more). */
  listParts(upload: LargeUpload): Promise<UploadedPart[] | undefined>;

  /** Makes the object of its parts, in the order of their numbers. Done already: no failure. */
  complete(upload: LargeUpload, parts: readonly UploadedPart[]): Promise<void>;

  /** Drops what has arrived. One that is not there any more is no failure. */
  abort(upload: LargeUpload): Promise<void>;
}

export interface LargeUpload {
  readonly key: string;
  readonly id: string;
}

export interface UploadedPart {
  readonly number: number;
  readonly sizeBytes: number;
  /** What the destination calls the part's content; for a plain upload the hex MD5 of it. */
  readonly mark: string;
}
