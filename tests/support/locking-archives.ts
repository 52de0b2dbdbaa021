import type { ArchiveStore, ArchiveUpload } from '../../plugin/contracts/archive-store.ts';

const day = 86_400_000;
const lockDays = 10;

/** As a place that locks each object for some days from when it is written, by a clock that a test moves. */
export function lockingArchives(store: ArchiveStore, now: () => Date, locks: Map<string, Date>): ArchiveStore {
  return {
    location: store.location,
    async create(key): Promise<ArchiveUpload> {
      const upload = await store.create(key);
      return {
        write: (bytes) => upload.write(bytes),
        abort: () => upload.abort(),
        async finish() {
          await upload.finish();
          locks.set(key, new Date(now().getTime() + lockDays * day));
        },
      };
    },
    readRange: (key, offset, length) => store.readRange(key, offset, length),
    list: (prefix) => store.list(prefix),
    lockedUntil: (key) => Promise.resolve(locks.get(key)),
    lock: (key, until) => Promise.resolve(void locks.set(key, until)),
    remove: (key) => store.remove(key),
  };
}
