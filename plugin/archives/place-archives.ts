/** Archives at a place that takes large objects in parts. */
import type { ArchiveStore, ArchiveUpload } from '../contracts/archive-store.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import type { LargeUpload, LargeUploads, Place, UploadedPart } from '../contracts/place.ts';
import { damagedArchive } from './damaged-archive.ts';

export interface PlaceArchivesOptions {
  readonly place: Place;
  /** Written down by whoever opened them, so that what a crash leaves is ended by somebody. */
  readonly uploads: LargeUploads;
  /** Objects that are written from now on cannot be deleted before; undefined: as the destination's rule says. */
  readonly lockUntil?: Date | undefined;
}

const partBytes = 8 * 1024 * 1024;
/** With more parts than this the next are larger: a place allows so many only, and nobody knows the size beforehand. */
const partsPerSize = 2000;
const partsInFlight = 2;

export function openPlaceArchives(options: PlaceArchivesOptions): ArchiveStore {
  const { store } = options.place;
  return {
    location: store.location,
    create: (key) => Promise.resolve(new PartedUpload(options, key)),
    async readRange(key, offset, length) {
      const bytes = await store.readRange(key, offset, length);
      if (bytes.length === length) return bytes;
      throw damagedArchive(key, `it ends before byte ${offset + length}`);
    },
    list: (prefix) => listBelow(store, prefix),
    lockedUntil: async (key) => options.place.locks?.lockedUntil(key),
    lock: async (key, until) => options.place.locks?.lock(key, until),
    remove: (key) => store.remove(key),
  };
}

/** A store lists folders. */
async function listBelow(store: ObjectStore, prefix: string) {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  return (await store.list(folder)).filter(({ key }) => key.startsWith(prefix));
}

/** Small objects go at once, larger ones in parts of which two are on their way. The place itself tries again. */
class PartedUpload implements ArchiveUpload {
  readonly #options: PlaceArchivesOptions;
  readonly #key: string;
  #buffer = Buffer.allocUnsafeSlow(partBytes);
  #filled = 0;
  #upload: LargeUpload | undefined;
  #parts = 0;
  readonly #done: UploadedPart[] = [];
  readonly #sending = new Set<Promise<void>>();
  #problem: { readonly error: unknown } | undefined;

  constructor(options: PlaceArchivesOptions, key: string) {
    this.#options = options;
    this.#key = key;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let taken = 0; taken < bytes.length;) {
      if (this.#filled === this.#buffer.length) await this.#sendBuffer();
      const piece = bytes.subarray(taken, taken + this.#buffer.length - this.#filled);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.length;
      taken += piece.length;
    }
  }

  async finish(): Promise<void> {
    const { place, uploads, lockUntil } = this.#options;
    if (this.#parts === 0) return place.store.write(this.#key, this.#buffer.subarray(0, this.#filled), { lockUntil });
    await this.#sendBuffer();
    while (this.#sending.size > 0) await this.#settle();
    this.#throwProblem();
    if (this.#upload === undefined) throw new Error('parts were sent of no upload');
    await uploads.complete(this.#upload, this.#done);
    this.#upload = undefined;
  }

  async abort(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    await Promise.allSettled(this.#sending);
    if (upload === undefined) return;
    try {
      await this.#options.uploads.abort(upload);
    } catch {
      // It was written down: whoever keeps house tries again.
    }
  }

  async #sendBuffer(): Promise<void> {
    const upload = (this.#upload ??= await this.#begin());
    while (this.#sending.size >= partsInFlight) await this.#settle();
    this.#throwProblem();
    const number = ++this.#parts;
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#buffer = Buffer.allocUnsafeSlow(partBytes * (1 + Math.floor(number / partsPerSize)));
    this.#filled = 0;
    const sending = this.#send(upload, number, bytes)
      .then((part) => void this.#done.push(part))
      .catch((error: unknown) => void (this.#problem ??= { error }))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #begin(): Promise<LargeUpload> {
    const { uploads, lockUntil } = this.#options;
    return { key: this.#key, id: await uploads.begin(this.#key, { lockUntil }) };
  }

  #send(upload: LargeUpload, number: number, bytes: Buffer): Promise<UploadedPart> {
    return this.#options.uploads.writePart(upload, number, bytes);
  }

  async #settle(): Promise<void> {
    await Promise.race(this.#sending);
  }

  #throwProblem(): void {
    if (this.#problem !== undefined) throw this.#problem.error;
  }
}
