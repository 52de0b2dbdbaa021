import type { BlobId } from '../domain/ids.ts';
import type { ExtendedAttribute, Timestamp } from '../domain/tree-node.ts';

/** What a call that is made for each entry may still have to wait for. */
export type Pending = Promise<void> | undefined;

/**
 * Puts entries into one target folder. It walks with the caller: `enter` a folder, write its entries, `leave` it.
 * Nothing is ever written outside the target: each name is one component, links on the way are never followed,
 * and an existing link at the place of an entry is replaced, not followed.
 *
 * A call that returns no promise is done; after one that does, the next comes when it has settled.
 * Calls may be buffered; a problem with one entry never stops the next and is told by `finish`.
 * A call rejects only when the writer itself is gone (`writer-stopped`).
 */
export interface TreeWriter {
  /** Much will be written: making it safe all together will cost less than each file by itself. Changes nothing else. */
  expectMany(): Pending;
  /**
   * Makes the folder where it is missing and steps into it. When that is impossible, entries up to its `leave` are
   * skipped and counted.
   * @param passing only on the way to an entry below: a folder that is there keeps its attributes, and a link in its
   * place is in the way instead of being replaced.
   */
  enter(name: Buffer, passing: boolean): Pending;
  /** Sets the folder's attributes, unless it was there and only passed through, and steps out. */
  leave(attributes: EntryAttributes): Pending;
  /** Begins a file; `data` follows in order until `endFile`. Until then the old file, if any, stays in place. */
  beginFile(name: Buffer, attributes: EntryAttributes): Pending;
  /** The bytes may be reused once the call is done. */
  data(bytes: Uint8Array): Pending;
  /** Whether the writer has time to unpack content itself. It changes from one call to the next, and obliges to nothing. */
  readonly hasTime: boolean;
  /**
   * As `data` and `zeros` of what the blob holds: the writer unpacks it and compares it with its name. The file is lost
   * (`content-missing`) when it is something else. The bytes may be reused once the call is done.
   */
  packed(blob: PackedBlob): Pending;
  /** As many zero bytes, kept as a hole where the file system can. */
  zeros(length: number): Pending;
  /** The file takes its place, whole. */
  endFile(): Pending;
  /** Drops the begun file; the old one, if any, stays. */
  abortFile(): Pending;
  symlink(name: Buffer, target: Buffer, attributes: EntryAttributes): Pending;
  /** Another name of a file written before in this run; `path` is its components below the target. */
  hardLink(name: Buffer, path: readonly Buffer[]): Pending;
  fifo(name: Buffer, attributes: EntryAttributes): Pending;
  /** Removes an entry; a folder only when it is empty. A link goes itself. One that is not there is no problem. */
  remove(name: Buffer): Pending;
  /** The folder where the writer stands gets this time when it is left, or at the end where it is the target itself. */
  setTime(modified: Timestamp): Pending;
  /** Sets the target folder's own attributes, makes all that was written safe on disk, and tells what happened. */
  finish(attributes: EntryAttributes | undefined): Promise<WriteReport>;
  /** Ends the writer at once; files not yet ended are dropped. */
  close(): Promise<void>;
}

/** Content as a repository keeps it, without its seal. */
export interface PackedBlob {
  /** SHA-256 of the content. */
  readonly id: BlobId;
  /** How long the content is when the bytes are a zstd frame of it; 0 when they are the content. */
  readonly plainLength: number;
  /** At most `largestPackedBytes`. */
  readonly bytes: Buffer;
}

/** What is larger is unpacked before it is handed over. */
export const largestPackedBytes = 1_048_576;

export interface EntryAttributes {
  /** Permission bits with setuid, setgid, sticky; the writer decides what it may set. */
  readonly mode: number;
  readonly modified: Timestamp;
  readonly uid: number;
  readonly gid: number;
  readonly attributes: readonly ExtendedAttribute[];
}

export interface WriteReport {
  /** Each name of a hard-linked file counts. */
  readonly files: number;
  readonly folders: number;
  /** Symbolic links. */
  readonly links: number;
  readonly bytes: number;
  readonly problems: readonly WriteProblem[];
  /** All problems, also those beyond the first 1,000 that are listed. */
  readonly problemCount: number;
}

export type WriteProblemReason =
  | 'name-refused'
  | 'in-the-way'
  | 'no-space'
  | 'quota'
  | 'not-allowed'
  | 'owner-not-set'
  | 'mode-reduced'
  | 'attribute-not-set'
  | 'acl-reduced'
  | 'content-missing'
  | 'type-refused'
  | 'write-error';

export interface WriteProblem {
  readonly reason: WriteProblemReason;
  /** Components below the target. */
  readonly path: readonly Buffer[];
  /** True when the entry itself is not there; false when only an attribute differs. */
  readonly lost: boolean;
}
