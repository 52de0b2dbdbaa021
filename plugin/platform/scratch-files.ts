import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { ScratchFiles, ScratchReader, ScratchWriter } from '../contracts/scratch-file.ts';

/** Private files below `folder`, which is made when first needed, for its owner alone. */
export function openScratchFiles(folder: string): ScratchFiles {
  return {
    open: (name) => openReader(path.join(folder, name)),
    create(name) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return createWriter(path.join(folder, name));
    },
  };
}

function openReader(name: string): ScratchReader | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(name, 'r');
  } catch {
    return undefined;
  }
  return {
    sizeBytes: fstatSync(descriptor).size,
    read: (target, offset, length) => readSync(descriptor, target, 0, length, offset),
    close: () => closeSync(descriptor),
  };
}

function createWriter(name: string): ScratchWriter {
  const temporary = `${name}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  return {
    append(bytes) {
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    },
    overwrite(bytes, offset) {
      writeSync(descriptor, bytes, 0, bytes.length, offset);
    },
    commit() {
      closeSync(descriptor);
      renameSync(temporary, name);
    },
    discard() {
      closeSync(descriptor);
      unlinkSync(temporary);
    },
  };
}
