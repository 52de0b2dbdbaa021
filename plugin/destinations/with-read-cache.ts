import { createHash } from 'node:crypto';
import type { ObjectStore } from '../contracts/object-store.ts';
import type { BlockCache } from './block-cache.ts';

const blockBytes = 256 * 1024;
/** Longer stretches are what a restore reads once. */
const longestCached = 512 * 1024;
/** Named by the hash of their content, read whole, and never changed. */
const wholeFolders = ['index/', 'snapshots/'];

/**
 * Keeps what is read of trees, indexes and snapshots. Only objects that are named by their content are kept, so what is
 * kept is never old: it may only be gone at the destination, and whoever must know lists. What is written is not kept:
 * who reads it back wants to know what the destination has.
 * @param asksAnew indexes and snapshots are read from the destination, whatever is kept of them.
 */
export function withReadCache(store: ObjectStore, cache: BlockCache, asksAnew = false): ObjectStore {
  return {
    location: store.location,
    write: (key, bytes, options) => store.write(key, bytes, options),
    async read(key) {
      if (!isWhole(key)) return store.read(key);
      const known = asksAnew ? undefined : await cache.get(key);
      if (known !== undefined) return known;
      const bytes = await store.read(key);
      if (isItself(key, bytes)) await cache.put(key, bytes);
      return bytes;
    },
    readRange(key, offset, length, target) {
      const isKept = key.startsWith('data/') && length > 0 && length <= longestCached;
      return isKept ? readBlocks(store, cache, { key, offset, length }) : store.readRange(key, offset, length, target);
    },
    list: (prefix) => store.list(prefix),
    async remove(key, options) {
      await store.remove(key, options);
      if (isWhole(key)) await cache.drop(key);
    },
    listUnfinished: (before) => store.listUnfinished(before),
  };
}

interface Wanted {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
}

async function readBlocks(store: ObjectStore, cache: BlockCache, { key, offset, length }: Wanted): Promise<Buffer> {
  const first = Math.floor(offset / blockBytes);
  const last = Math.floor((offset + length - 1) / blockBytes);
  const blocks = await Promise.all(
    Array.from({ length: last - first + 1 }, (_, index) => readBlock(store, cache, key, first + index)),
  );
  const start = offset - first * blockBytes;
  const joined = blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : Buffer.concat(blocks);
  return joined.subarray(start, start + length);
}

async function readBlock(store: ObjectStore, cache: BlockCache, key: string, number: number): Promise<Buffer> {
  const name = `${key}#${number}`;
  const known = await cache.get(name);
  if (known !== undefined) return known;
  const bytes = await store.readRange(key, number * blockBytes, blockBytes);
  if (bytes.length > 0) await cache.put(name, bytes);
  return bytes;
}

function isWhole(key: string): boolean {
  return wholeFolders.some((folder) => key.startsWith(folder));
}

function isItself(key: string, bytes: Buffer): boolean {
  return createHash('sha256').update(bytes).digest('hex') === key.slice(key.lastIndexOf('/') + 1);
}
