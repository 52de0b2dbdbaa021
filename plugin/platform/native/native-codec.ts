import type { Arena, Codec, CompressionEffort, Sealer, SealKey } from '../../contracts/codec.ts';
import { zstdParameters } from '../zstd-parameters.ts';
import { allocateArena, arenaOver, checkSpan } from './arena.ts';
import { bind, bindPointer } from './library.ts';
import { openNativeSealing } from './native-sealer.ts';

/** @throws {Error} when this Node does not export what is needed. */
export function openNativeCodec(): Codec {
  const sha256 = bind('void* SHA256(uintptr_t, size_t, uintptr_t)');
  const zstd = openZstd();
  const makeSealer = openNativeSealing();
  const digestArena = allocateArena(32);
  const digest = digestArena.bytes.subarray(0, 32);
  return {
    kind: 'native',
    allocate: allocateArena,
    share: arenaOver,
    digest,
    digestWords: new Int32Array(digest.buffer, digest.byteOffset, 8),
    hash(source, offset, length) {
      checkSpan(source, offset, length);
      sha256(source.address + offset, length, digestArena.address);
    },
    ...zstd,
    sealer: (key: SealKey): Sealer => makeSealer(key),
  };
}

/** Compressing contexts and one that decompresses for the life of the thread: making them costs more than a small file. */
function openZstd(): Pick<Codec, 'compress' | 'decompress'> {
  const createContext = bindPointer('void* ZSTD_createCCtx()');
  const decompressing = bindPointer('void* ZSTD_createDCtx()')();
  const compress2 = bind('size_t ZSTD_compress2(void*, uintptr_t, size_t, uintptr_t, size_t)');
  const decompressContext = bind('size_t ZSTD_decompressDCtx(void*, uintptr_t, size_t, uintptr_t, size_t)');
  const setParameter = bind('size_t ZSTD_CCtx_setParameter(void*, int, int)');
  const makeContext = (effort: CompressionEffort): unknown => {
    const context = createContext();
    for (const { parameter, value } of zstdParameters[effort]) setParameter(context, parameter, value);
    return context;
  };
  const quick = makeContext('quick');
  let dense: unknown;
  return {
    compress(
      source: Arena,
      offset: number,
      length: number,
      target: Arena,
      targetOffset: number,
      effort?: CompressionEffort,
    ): number {
      const compressing = effort === 'dense' ? (dense ??= makeContext('dense')) : quick;
      checkSpan(source, offset, length);
      const room = Math.min(length - 1, target.bytes.length - targetOffset);
      if (room <= 0) return 0;
      checkSpan(target, targetOffset, room);
      const written = Number(
        compress2(compressing, target.address + targetOffset, room, source.address + offset, length),
      );
      return written <= room ? written : 0; // errors are huge values: ZSTD_isError
    },
    decompress(source, offset, length, target, targetOffset, expected): boolean {
      checkSpan(source, offset, length);
      checkSpan(target, targetOffset, expected);
      const from = source.address + offset;
      return (
        Number(decompressContext(decompressing, target.address + targetOffset, expected, from, length)) === expected
      );
    },
  };
}
