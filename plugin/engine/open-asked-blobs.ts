import type { Arena } from '../contracts/codec.ts';
import { isFailure } from '../domain/failure.ts';
import { BlobOpener, roomFor } from './blob-opener.ts';
import { sealOverheadBytes } from './format.ts';
import { largestOpened, type OpenRequest } from './opened-ring.ts';
import { OpenedRingWriter } from './opened-ring-writer.ts';
import { PackWindows } from './pack-windows.ts';
import type { Repository } from './repository.ts';

/** Larger steps would leave the processor's cache before they are opened. */
const readAheadBytes = 4 * 1024 * 1024;
/** What is asked for in the order of a walk lies in one pack, or in two where a file continues. */
const mostWindows = 3;

/**
 * Opens what the other side of the ring asks for, one blob after another, until the thread is ended. A blob that cannot
 * be opened, or whose pack cannot be read, is answered without bytes: who asked reads it again and learns why.
 */
export async function openAskedBlobs(memory: SharedArrayBuffer, repository: Repository): Promise<never> {
  const ring = new OpenedRingWriter(memory);
  const asked = new AskedBlobs(repository, repository.workspace.codec.share(memory));
  for (;;) {
    const opened = await asked.open(ring.next(), (length) => ring.makeRoom(length));
    if (opened === undefined) ring.refuse();
    else ring.answer(opened);
  }
}

class AskedBlobs {
  readonly #arena: Arena;
  readonly #windows: PackWindows;
  readonly #opener: BlobOpener;

  constructor(repository: Repository, arena: Arena) {
    this.#arena = arena;
    this.#windows = new PackWindows(repository.store, readAheadBytes, mostWindows);
    this.#opener = new BlobOpener(repository);
  }

  /** @param makeRoom finds room for so many bytes. @returns undefined when it cannot be opened there. */
  async open(request: OpenRequest, makeRoom: (length: number) => number): Promise<Buffer | undefined> {
    const { id, packId, offset, length, plainLength } = request;
    if (length < sealOverheadBytes || length > largestOpened || plainLength > largestOpened) return undefined;
    try {
      const sealed = await this.#windows.read(packId, offset, length);
      if (sealed.length < length) return undefined;
      return this.#opener.openAt({ type: 'data', id, plainLength }, sealed, this.#arena, makeRoom(roomFor(request)));
    } catch (error) {
      if (isFailure(error)) return undefined;
      throw error;
    }
  }
}
