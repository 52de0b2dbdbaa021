import type { Codec } from '../contracts/codec.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import { probeCodec } from './probe-codec.ts';

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

/** The codec of `openSystem`, for who reads and writes no homes: it takes half as long to open. */
export async function openCodec(): Promise<Codec> {
  try {
    return await nativeCodec();
  } catch {
    return pureCodec();
  }
}

async function nativeSystem(): Promise<System> {
  const [codec, { openNativeFileSystem }] = await Promise.all([
    nativeCodec(),
    import('./native/native-file-system.ts'),
  ]);
  const files = openNativeFileSystem();
  probeFiles(files);
  return { codec, files, problem: undefined };
}

async function nativeCodec(): Promise<Codec> {
  if (process.platform !== 'linux') throw new Error(`system calls are known for Linux, not for ${process.platform}`);
  const { openNativeCodec } = await import('./native/native-codec.ts');
  const codec = openNativeCodec();
  probeCodec(codec);
  return codec;
}

async function pureSystem(problem: string | undefined): Promise<System> {
  const { openNodeFileSystem } = await import('./node-file-system.ts');
  return { codec: await pureCodec(), files: openNodeFileSystem(), problem };
}

async function pureCodec(): Promise<Codec> {
  const { openNodeCodec } = await import('./node-codec.ts');
  return openNodeCodec();
}

function probeFiles(files: FileSystem): void {
  const root = files.openRoot('/proc/self');
  if (root >= 0) files.close(root);
  const top = files.openRoot('/');
  if (top < 0 || typeof files.listFolder(top) === 'number') throw new Error('native file calls fail on /');
  files.close(top);
}
