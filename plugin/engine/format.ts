/**
 * Every constant of the restic repository format, version 2, in one place; `docs/repository-format.md` explains them.
 * Source: restic's design document ("Repository Format", "Pack Format", "Indexing", "Keys, Encryption and MAC").
 */
export const repositoryVersion = 2;

/** Folders of a repository, as keys in its object store. */
export const folders = {
  data: 'data/',
  index: 'index/',
  snapshots: 'snapshots/',
  locks: 'locks/',
  keys: 'keys/',
} as const;
export const configKey = 'config';
/** Not restic's: the password of the repository for the recovery keys (age). Stock restic ignores it. */
export const recoveryKey = 'larder-recovery.age';
/** Not restic's: as long as it is there, what lies here shall take the place of another repository and does not yet. */
export const unfinishedKey = 'larder-unfinished';

/** Nonce before and MAC after each sealed piece. */
export const nonceBytes = 16;
export const sealOverheadBytes = 32;

export type BlobType = 'data' | 'tree';

/** First byte of a pack header entry. */
export const entryTypes = { data: 0, tree: 1, compressedData: 2, compressedTree: 3 } as const;
export const plainEntryBytes = 37;
export const compressedEntryBytes = 41;
/** The sealed header's length stands in the last four bytes of a pack, little-endian. */
export const headerLengthBytes = 4;
/** restic refuses larger headers. */
export const largestHeaderBytes = 16 * 1024 * 1024;

/** First byte of an index, snapshot or lock that is compressed; without it the bytes are JSON. */
export const compressedMarker = 2;

/** Bounds on what a repository may ask a reader to hold: more is damage or an attack. */
export const largestDataBlobBytes = 64 * 1024 * 1024;
export const largestTreeBlobBytes = 512 * 1024 * 1024;
export const largestUnpackedBytes = 512 * 1024 * 1024;

/** How large Larder makes its packs. Any size is legal. */
export const packTargetBytes = 8 * 1024 * 1024;
export const treePackTargetBytes = 2 * 1024 * 1024;
/** restic aims at no more blobs than this in one index file. */
export const largestIndexBlobs = 40_000;

export const idBytes = 32;

export function packKey(packId: string): string {
  return `${folders.data}${packId.slice(0, 2)}/${packId}`;
}
