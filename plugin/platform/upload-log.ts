import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LargeUpload } from '../contracts/place.ts';
import { createFile } from './atomic-file.ts';
import { readPrivateFile } from './private-file.ts';

/** An upload that was begun at a destination and, as far as anybody wrote down, never ended. */
export interface BegunUpload extends LargeUpload {
  readonly destination: string;
}

/** Uploads by file, one each: they survive a crash, and are told from those of others at the same place. */
export interface UploadLogFolder {
  begun(upload: BegunUpload): Promise<void>;
  ended(upload: BegunUpload): Promise<void>;
  /** Those of `destination` whose key begins with `prefix`. */
  open(destination: string, prefix: string): BegunUpload[];
}

export function openUploadLog(folder: string): UploadLogFolder {
  const fileOf = ({ destination, key, id }: BegunUpload): string =>
    join(
      folder,
      `${createHash('sha256')
        .update(JSON.stringify([destination, key, id]))
        .digest('hex')}.json`,
    );
  return {
    async begun({ destination, key, id }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await createFile(fileOf({ destination, key, id }), JSON.stringify({ destination, key, id }), 0o600);
    },
    ended: (upload) => rm(fileOf(upload), { force: true }),
    open: (destination, prefix) =>
      readUploads(folder).filter((upload) => upload.destination === destination && upload.key.startsWith(prefix)),
  };
}

function readUploads(folder: string): BegunUpload[] {
  return listFiles(folder).flatMap((name) => {
    const upload = parseUpload(readPrivateFile(join(folder, name))?.toString('utf8') ?? '');
    if (upload === undefined) rmSync(join(folder, name), { force: true });
    return upload === undefined ? [] : [upload];
  });
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return []; // nothing was ever uploaded
  }
}

function parseUpload(text: string): BegunUpload | undefined {
  try {
    const { destination, key, id } = JSON.parse(text) as { readonly [field: string]: unknown };
    if (typeof destination !== 'string' || typeof key !== 'string' || typeof id !== 'string') return undefined;
    return { destination, key, id };
  } catch {
    return undefined;
  }
}
