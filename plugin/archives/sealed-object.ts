import type { ArchiveStore } from '../contracts/archive-store.ts';
import type { ByteSource } from '../contracts/byte-source.ts';

/** An object of a destination as it lies there. */
export function sourceOf(store: ArchiveStore, key: string, sizeBytes: number): ByteSource {
  return { sizeBytes, read: (offset, length) => store.readRange(key, offset, length) };
}

const pieceBytes = 4 * 1024 * 1024;

/** What a source holds from an offset to its end. */
export async function* readPieces(source: ByteSource, offset: number): AsyncGenerator<Buffer> {
  for (let at = offset; at < source.sizeBytes; at += pieceBytes)
    yield await source.read(at, Math.min(pieceBytes, source.sizeBytes - at));
}

/** What is at the beginning is read at once, and given out from memory: a header, a directory and small contents. */
export function withBeginning(source: ByteSource, bytes: number): ByteSource {
  const length = Math.min(bytes, source.sizeBytes);
  let beginning: Promise<Buffer> | undefined;
  return {
    sizeBytes: source.sizeBytes,
    async read(offset, wanted) {
      if (offset + wanted > length) return source.read(offset, wanted);
      beginning ??= source.read(0, length);
      return (await beginning).subarray(offset, offset + wanted);
    },
  };
}

/** Reads whole blocks and keeps the last few: who reads a little, and a little more, asks once. */
export function withBlocks(source: ByteSource, blockBytes: number, keptBlocks: number): ByteSource {
  const kept = new Map<number, Promise<Buffer>>();
  const block = (index: number): Promise<Buffer> => {
    const at = index * blockBytes;
    const known = kept.get(index) ?? source.read(at, Math.min(blockBytes, source.sizeBytes - at));
    kept.delete(index);
    kept.set(index, known);
    known.catch(() => kept.delete(index)); // the next who asks tries again
    for (const [oldest] of kept) {
      if (kept.size <= keptBlocks) break;
      kept.delete(oldest);
    }
    return known;
  };
  return {
    sizeBytes: source.sizeBytes,
    async read(offset, length) {
      const first = Math.floor(offset / blockBytes);
      const last = Math.floor((offset + Math.max(length, 1) - 1) / blockBytes);
      const parts: Buffer[] = [];
      for (let index = first; index <= last; index++) parts.push(await block(index));
      return Buffer.concat(parts).subarray(offset - first * blockBytes, offset - first * blockBytes + length);
    },
  };
}
