import type { Codec } from '../contracts/codec.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import { openNodeCodec } from './node-codec.ts';
import { openNodeFileSystem } from './node-file-system.ts';

/** How the smallest steps are done in this process, and why not natively if so. */
export interface System {
  readonly codec: Codec;
  readonly files: FileSystem;
  readonly problem: string | undefined;
}

/** Calls C directly where that works on this machine, else uses Node's own modules. `force` is for tests. */
export async function openSystem(force?: 'native' | 'node'): Promise<System> {
  if (force === 'node') return pureSystem(undefined);
  try {
    return await nativeSystem();
  } catch (error) {
    if (force === 'native') throw error;
    return pureSystem(error instanceof Error ? error.message : String(error));
  }
}

async function nativeSystem(): Promise<System> {
  if (process.platform !== 'linux') throw new Error(`system calls are known for Linux, not for ${process.platform}`);
  const [codec, files] = await Promise.all([
    import('./native/native-codec.ts'),
    import('./native/native-file-system.ts'),
  ]);
  const system = { codec: codec.openNativeCodec(), files: files.openNativeFileSystem(), problem: undefined };
  probeCodec(system.codec);
  probeFiles(system.files);
  return system;
}

function pureSystem(problem: string | undefined): System {
  return { codec: openNodeCodec(), files: openNodeFileSystem(), problem };
}

/** Compares each native step with Node's own on a small example. @throws {Error} when they differ. */
function probeCodec(native: Codec): void {
  const pure = openNodeCodec();
  const text = Buffer.from('larder probes its native steps '.repeat(40));
  const [left, right] = [native, pure].map((codec) => sealExample(codec, text));
  if (left === undefined || right === undefined || !left.equals(right))
    throw new Error('native steps give other bytes');
}

/** Packs and seals with one codec, opens and unpacks with the other, hashes the result. */
function sealExample(codec: Codec, text: Buffer): Buffer {
  const arena = codec.allocate(8192);
  const other = codec.allocate(8192);
  text.copy(arena.bytes);
  const packed = codec.compress(arena, 0, text.length, other, 16);
  const key = { encrypt: Buffer.alloc(32, 1), macK: Buffer.alloc(16, 2), macR: Buffer.alloc(16, 3) };
  const sealed = codec.sealer(key).seal(other, 0, packed);
  const twin = openNodeCodec();
  const opened = twin.sealer(key).open(other, 0, sealed);
  if (opened !== packed || !codec.decompress(other, 16, opened, arena, 4096, text.length)) {
    throw new Error('native steps cannot be undone');
  }
  codec.hash(arena, 4096, text.length);
  return Buffer.from(codec.digest);
}

function probeFiles(files: FileSystem): void {
  const root = files.openRoot('/proc/self');
  if (root >= 0) files.close(root);
  const top = files.openRoot('/');
  if (top < 0 || typeof files.listFolder(top) === 'number') throw new Error('native file calls fail on /');
  files.close(top);
}
