import type { ObjectStore } from '../contracts/object-store.ts';
import { Failure } from '../domain/failure.ts';

/** Keeps objects in memory; for tests. Holds the same promises as every store, except that it forgets. */
export function openMemoryStore(objects: Map<string, Buffer> = new Map()): ObjectStore {
  const find = (key: string): Buffer => {
    const bytes = objects.get(key);
    if (bytes === undefined) throw new Failure('not-found', { path: key });
    return bytes;
  };
  return {
    location: 'memory',
    async write(key, bytes) {
      objects.set(key, Buffer.from(bytes));
    },
    async read(key) {
      return Buffer.from(find(key));
    },
    async readRange(key, offset, length) {
      return Buffer.from(find(key).subarray(offset, offset + length));
    },
    async list(prefix) {
      return [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, bytes]) => ({ key, sizeBytes: bytes.length }));
    },
    async remove(key) {
      objects.delete(key);
    },
    async listUnfinished() {
      return [];
    },
  };
}
