import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BegunUpload, UploadLog } from '../contracts/upload-log.ts';
import { createFile } from './atomic-file.ts';
import { readPrivateFile } from './private-file.ts';
import { bootId, startOf } from './process-start.ts';

/** The process that began an upload. */
interface Holder {
  readonly boot: string;
  readonly process: number;
  readonly started: string | undefined;
}

/** Uploads by file, one each: they survive a crash, and are told from those of others at the same place. */
export function openUploadLog(folder: string): UploadLog {
  const fileOf = ({ location, key, id }: BegunUpload): string => {
    const name = createHash('sha256').update(JSON.stringify([location, key, id]));
    return join(folder, `${name.digest('hex')}.json`);
  };
  return {
    async begun(upload) {
      const { destination, folder: below, location, key, id } = upload;
      const holder: Holder = { boot: bootId(), process: process.pid, started: startOf(process.pid) };
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const content = JSON.stringify({ destination, folder: below, location, key, id, holder });
      await createFile(fileOf(upload), content, 0o600);
    },
    ended: (upload) => rm(fileOf(upload), { force: true }),
    orphans() {
      const boot = bootId();
      return readUploads(folder)
        .filter(({ holder }) => !lives(holder, boot))
        .map(({ destination, folder: below, location, key, id }) => ({
          destination,
          folder: below,
          location,
          key,
          id,
        }));
    },
  };
}

function lives({ boot, process: id, started }: Holder, thisBoot: string): boolean {
  return boot === thisBoot && started !== undefined && startOf(id) === started;
}

type WrittenUpload = BegunUpload & { readonly holder: Holder };

function readUploads(folder: string): WrittenUpload[] {
  return listFiles(folder).flatMap((name) => {
    const file = readPrivateFile(join(folder, name));
    if (file === undefined) return []; // ended meanwhile
    const upload = parseUpload(file.toString('utf8'));
    if (upload === undefined) rmSync(join(folder, name), { force: true });
    return upload === undefined ? [] : [upload];
  });
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  } catch {
    return []; // nothing was ever uploaded
  }
}

function parseUpload(text: string): WrittenUpload | undefined {
  try {
    const fields = JSON.parse(text) as { readonly [field: string]: unknown };
    const [destination, folder, location, key, id] = ['destination', 'folder', 'location', 'key', 'id'].map((name) =>
      wordOf(fields[name]),
    );
    const holder = parseHolder(fields['holder'] as { readonly [field: string]: unknown });
    return { destination, folder, location, key, id, holder } as WrittenUpload;
  } catch {
    return undefined;
  }
}

function parseHolder({ boot, process: number, started }: { readonly [field: string]: unknown }): Holder {
  if (typeof number !== 'number') throw new TypeError('no process');
  return { boot: wordOf(boot), process: number, started: wordOf(started) };
}

function wordOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no word');
  return value;
}
