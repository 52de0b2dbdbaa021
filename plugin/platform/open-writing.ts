import { closeSync, constants, openSync } from 'node:fs';
import type { FileSystem } from '../contracts/file-system.ts';
import type { FileWriting } from '../contracts/file-writing.ts';
import { openNodeFileSystem } from './node-file-system.ts';
import { openNodeFileWriting } from './node-file-writing.ts';

/** How a process that writes files reaches them. */
export interface WritingSystem {
  readonly files: FileSystem;
  readonly writing: FileWriting;
}

/** Calls C directly where that works on this machine, else uses Node's own modules. `force` is for tests. */
export async function openWriting(force?: 'native' | 'node'): Promise<WritingSystem> {
  if (force === 'node') return pureWriting();
  try {
    return await nativeWriting();
  } catch (error) {
    if (force === 'native') throw error;
    return pureWriting();
  }
}

async function nativeWriting(): Promise<WritingSystem> {
  if (process.platform !== 'linux') throw new Error(`system calls are known for Linux, not for ${process.platform}`);
  const [files, writing] = await Promise.all([
    import('./native/native-file-system.ts'),
    import('./native/native-file-writing.ts'),
  ]);
  const system = { files: files.openNativeFileSystem(), writing: writing.openNativeFileWriting() };
  probe(system);
  return system;
}

function pureWriting(): WritingSystem {
  return { files: openNodeFileSystem(), writing: openNodeFileWriting() };
}

/** Calls that change nothing: what must work does, what must be refused is. @throws {Error} */
function probe({ files, writing }: WritingSystem): void {
  const root = files.openRoot('/');
  const nothing = openSync('/dev/null', constants.O_WRONLY);
  const refused = writing.makeFolder(root, Buffer.from('proc'));
  const written = writing.write(nothing, Buffer.from('larder'), 0);
  closeSync(nothing);
  files.close(root);
  if (root < 0 || refused >= 0 || written !== 0) throw new Error('native calls for writing fail');
}
