import type { ObjectStore } from '../../plugin/contracts/object-store.ts';

/** What was asked of a store, such as `write data/ab/abcd…`. */
export interface WatchedStore {
  readonly store: ObjectStore;
  readonly calls: string[];
}

/** A store that passes everything on and remembers it. @param before is called ahead of each call. */
export function watchStore(store: ObjectStore, before: (call: string) => void = () => {}): WatchedStore {
  const calls: string[] = [];
  const note = (call: string): void => {
    calls.push(call);
    before(call);
  };
  return {
    calls,
    store: {
      location: store.location,
      write(key, bytes, options) {
        note(`write ${key}`);
        return store.write(key, bytes, options);
      },
      read(key) {
        note(`read ${key}`);
        return store.read(key);
      },
      readRange(key, offset, length) {
        note(`read ${key}`);
        return store.readRange(key, offset, length);
      },
      list(prefix) {
        note(`list ${prefix}`);
        return store.list(prefix);
      },
      remove(key, options) {
        note(`remove ${key}`);
        return store.remove(key, options);
      },
      listUnfinished: (earlier) => store.listUnfinished(earlier),
    },
  };
}
