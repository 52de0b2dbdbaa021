import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Hash before the content of each file. */
const markBytes = 32;
/** Written bytes between two looks at how much there is. */
const sweepEvery = 32 * 1024 * 1024;

/**
 * Pieces of objects in a folder that only this user reaches. A piece is believed only when its own hash is right; one
 * that is damaged is as good as none. Nothing here must survive: every failure of the disk is a piece that is not there.
 */
export class BlockCache {
  readonly #folder: string;
  readonly #mostBytes: number;
  #unswept = 0;
  #ready: Promise<unknown> | undefined;

  constructor(folder: string, mostBytes: number) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  async get(name: string): Promise<Buffer | undefined> {
    const file = this.#file(name);
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const content = bytes.subarray(markBytes);
    if (!hash(content).equals(bytes.subarray(0, markBytes))) {
      await rm(file, { force: true }).catch(() => {});
      return undefined;
    }
    const now = performance.timeOrigin + performance.now();
    await utimes(file, now / 1000, now / 1000).catch(() => {}); // what is used last goes last
    return content;
  }

  async put(name: string, content: Buffer): Promise<void> {
    const file = this.#file(name);
    const temporary = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      await (this.#ready ??= mkdir(this.#folder, { recursive: true, mode: 0o700 }));
      await writeFile(temporary, Buffer.concat([hash(content), content]), { mode: 0o600 });
      await rename(temporary, file);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
      return;
    }
    this.#unswept += content.length;
    if (this.#unswept >= Math.min(sweepEvery, this.#mostBytes)) await this.#sweep();
  }

  async drop(name: string): Promise<void> {
    await rm(this.#file(name), { force: true }).catch(() => {});
  }

  /** Removes what was not used for longest, until there is room again. */
  async #sweep(): Promise<void> {
    this.#unswept = 0;
    const names = await readdir(this.#folder).catch(() => []);
    const files = await Promise.all(names.map((name) => this.#look(path.join(this.#folder, name))));
    const found = files.filter((file) => file !== undefined).toSorted((left, right) => right.usedAt - left.usedAt);
    let total = 0;
    for (const { file, sizeBytes } of found) {
      total += sizeBytes;
      if (total > this.#mostBytes) await rm(file, { force: true }).catch(() => {});
    }
  }

  async #look(file: string): Promise<{ file: string; sizeBytes: number; usedAt: number } | undefined> {
    const stats = await stat(file).catch(() => undefined);
    return stats === undefined ? undefined : { file, sizeBytes: stats.size, usedAt: stats.mtimeMs };
  }

  #file(name: string): string {
    return path.join(this.#folder, createHash('sha256').update(name).digest('hex').slice(0, 40));
  }
}

function hash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
