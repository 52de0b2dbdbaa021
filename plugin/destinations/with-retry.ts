import type { ObjectStore } from '../contracts/object-store.ts';
import type { LargeUploads, ObjectLocks, Place } from '../contracts/place.ts';
import { isFailure } from '../domain/failure.ts';

export interface RetryRule {
  readonly attempts: number;
  /** The first wait; it doubles. */
  readonly baseMilliseconds: number;
  readonly mostMilliseconds: number;
  wait(milliseconds: number): Promise<void>;
  /** From 0 to below 1. */
  random(): number;
}

/**
 * Asks again when a destination could not be reached, after a wait of random length, so that many who failed at the same
 * moment do not come back at the same moment. What was refused is not asked again.
 */
export function withRetry(place: Place, rule: RetryRule): Place {
  const again = <Result>(work: () => Promise<Result>): Promise<Result> => repeat(rule, work);
  const { locks, uploads } = place;
  return {
    store: retryStore(place.store, again),
    listFolders: () => again(() => place.listFolders()),
    writeNew: (key, bytes) => writeNewSurely(place, rule, key, bytes),
    writtenAt: (key) => again(() => place.writtenAt(key)),
    dropEmptyFolders: () => again(() => place.dropEmptyFolders()),
    locks: locks === undefined ? undefined : retryLocks(locks, again),
    uploads: uploads === undefined ? undefined : retryUploads(uploads, again),
    close: () => place.close(),
  };
}

type Again = <Result>(work: () => Promise<Result>) => Promise<Result>;

async function repeat<Result>(rule: RetryRule, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, 'destination-unreachable') || attempt >= rule.attempts) throw error;
    }
    const longest = Math.min(rule.mostMilliseconds, rule.baseMilliseconds * 2 ** (attempt - 1));
    await rule.wait(longest * (0.5 + rule.random() / 2));
  }
}

/** When the answer was lost the object may be there all the same, and is ours if it is the same. */
async function writeNewSurely(place: Place, rule: RetryRule, key: string, bytes: Uint8Array): Promise<boolean> {
  let isUncertain = false;
  return repeat(rule, async () => {
    try {
      if (await place.writeNew(key, bytes)) return true;
      return isUncertain && (await place.store.read(key)).equals(bytes);
    } catch (error) {
      isUncertain = true;
      throw error;
    }
  });
}

function retryStore(store: ObjectStore, again: Again): ObjectStore {
  return {
    location: store.location,
    write: (key, bytes, options) => again(() => store.write(key, bytes, options)),
    read: (key) => again(() => store.read(key)),
    readRange: (key, offset, length, target) => again(() => store.readRange(key, offset, length, target)),
    list: (prefix) => again(() => store.list(prefix)),
    remove: (key, options) => again(() => store.remove(key, options)),
    listUnfinished: (before) => again(() => store.listUnfinished(before)),
  };
}

function retryLocks(locks: ObjectLocks, again: Again): ObjectLocks {
  return {
    lockedUntil: (key) => again(() => locks.lockedUntil(key)),
    lock: (key, until) => again(() => locks.lock(key, until)),
    tryDestroy: (key) => again(() => locks.tryDestroy(key)),
  };
}

/** Beginning is not repeated: an upload whose id was lost could not be ended by who does not know it. */
function retryUploads(uploads: LargeUploads, again: Again): LargeUploads {
  return {
    leastPartBytes: uploads.leastPartBytes,
    mostParts: uploads.mostParts,
    begin: (key, options) => uploads.begin(key, options),
    writePart: (upload, number, bytes) => again(() => uploads.writePart(upload, number, bytes)),
    listParts: (upload) => again(() => uploads.listParts(upload)),
    complete: (upload, parts) => again(() => uploads.complete(upload, parts)),
    abort: (upload) => again(() => uploads.abort(upload)),
  };
}
