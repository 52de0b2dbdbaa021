import {
  closeSync,
  createReadStream,
  fsyncSync,
  globSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Spool, SpoolFile } from '../contracts/spool.ts';
import { Failure } from '../domain/failure.ts';
import { syncFolder } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';
import { freeBytes } from './free-bytes.ts';
import { ensurePrivateFolder } from './private-file.ts';

const leastFreeBytes = 512 * 1024 * 1024;
const checkEveryBytes = 64 * 1024 * 1024;
const pieceBytes = 256 * 1024;

/** Below `<state>/downloads`, a folder for each account. */
export function openSpool(state: string): Spool {
  const top = join(state, 'downloads');
  const pathOf = (generation: string, job: string): string => join(top, generation, `${job}.zip`);
  return {
    begin(generation, job) {
      ensurePrivateFolder(top);
      ensurePrivateFolder(join(top, generation));
      return beginFile(pathOf(generation, job), join(top, generation));
    },
    size: (generation, job) => statOf(pathOf(generation, job))?.size,
    read: (generation, job, offset) =>
      createReadStream(pathOf(generation, job), { start: offset, highWaterMark: pieceBytes }),
    keepNewest(generation, count) {
      const files = list(join(top, generation)).filter((name) => name.endsWith('.zip'));
      const dated = files.map((name) => ({ name, at: statOf(join(top, generation, name))?.mtimeMs ?? 0 }));
      const oldest = dated.toSorted((one, other) => other.at - one.at).slice(count);
      for (const { name } of oldest) rmSync(join(top, generation, name), { force: true });
    },
    removeBefore(time) {
      for (const file of globSync('*/*', { cwd: top })) {
        const path = join(top, file);
        if ((statOf(path)?.mtimeMs ?? Infinity) < time.getTime()) rmSync(path, { force: true });
      }
    },
  };
}

function beginFile(path: string, folder: string): SpoolFile {
  const part = `${path}.part`;
  const file = attempt(path, () => openSync(part, 'w', 0o600));
  let isOpen = true;
  let unchecked = checkEveryBytes;
  const close = (): void => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    write(bytes) {
      unchecked += bytes.length;
      if (unchecked >= checkEveryBytes) {
        unchecked = 0;
        if (freeBytes(file) < leastFreeBytes) throw new Failure('no-space', { path: folder });
      }
      for (let at = 0; at < bytes.length;) at += attempt(path, () => writeSync(file, bytes, at));
    },
    async finish() {
      attempt(path, () => fsyncSync(file));
      close();
      renameSync(part, path);
      await syncFolder(folder);
    },
    discard() {
      if (!isOpen) return;
      close();
      rmSync(part, { force: true });
    },
  };
}

function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOSPC', 'EDQUOT')) throw new Failure('no-space', { path }, { cause });
    throw cause;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}
