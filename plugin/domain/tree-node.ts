import type { BlobId } from './ids.ts';

/** Whole seconds since 1970 (may be negative) and the nanoseconds after them, 0 to 999,999,999. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export interface ExtendedAttribute {
  readonly name: string;
  readonly value: Buffer;
}

export type NodeType = 'file' | 'dir' | 'symlink' | 'fifo' | 'dev' | 'chardev' | 'socket' | 'irregular';

/** One entry of a folder in a snapshot. Names are bytes: not every name is text. */
export interface TreeNode {
  readonly name: Buffer;
  readonly type: NodeType;
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly modified: Timestamp;
  /** When the entry itself was last changed on disk: cannot be restored, but tells whether it changed since. */
  readonly changed: Timestamp;
  readonly uid: number;
  readonly gid: number;
  /** Decimal digits: inodes can exceed 2^53. */
  readonly inode: string;
  readonly deviceId: string;
  readonly sizeBytes: number;
  readonly links: number;
  /** Of symbolic links only. */
  readonly linkTarget: Buffer | undefined;
  readonly attributes: readonly ExtendedAttribute[];
  /** Of device files only: the device number. */
  readonly device: number;
  /** Of files only: the blobs whose plain contents make up the file, in order. */
  readonly content: readonly BlobId[];
  /** Of folders only. */
  readonly subtree: BlobId | undefined;
}
