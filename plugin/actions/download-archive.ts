import { readTime } from '../archives/restore-archive.ts';
import type { ReadableArchive } from '../archives/open-archive.ts';
import { walkArchive, type ArchiveVisitor, type FoundEntry } from '../archives/walk-archive.ts';
import type { ZipWriter } from '../contracts/zip-writer.ts';
import { isFailure } from '../domain/failure.ts';
import { wholeFileBytes, ZipEntries } from '../engine/zip-entries.ts';
import type { Answer } from '../protocol/requests.ts';
import { openArchivePoint } from './archive-points.ts';
import { fillZip, type Download } from './download-paths.ts';
import type { Performing } from './services.ts';

/** As `downloadPaths`, out of an archive. @throws {Failure} `no-archives`, `archive-damaged` of a large file. */
export async function downloadArchive(performing: Performing, download: Download): Promise<Answer<'download'>> {
  const { services, signal } = performing;
  const { account, selection, request } = download;
  const { archive, point } = await openArchivePoint(services, account, request.point, request.passphrase);
  return fillZip(performing, download, point, async (zip) => {
    const run = new ZipRun(archive, zip);
    await walkArchive({ archive, selection, signal }, run);
    return run.entries.report();
  });
}

class ZipRun implements ArchiveVisitor {
  readonly #archive: ReadableArchive;
  readonly #zip: ZipWriter;
  readonly entries: ZipEntries;

  constructor(archive: ReadableArchive, zip: ZipWriter) {
    this.#archive = archive;
    this.#zip = zip;
    this.entries = new ZipEntries(zip);
  }

  enter(name: Buffer, { mode, modified }: FoundEntry['entry'], passing: boolean): Promise<void> {
    return this.entries.enter({ name, mode, modified: readTime(modified) }, passing);
  }

  async leave(): Promise<void> {
    this.entries.leave();
  }

  refused(path: readonly Buffer[]): void {
    this.entries.addAt('name-refused', () => path);
  }

  async entry({ path, entry }: FoundEntry): Promise<void> {
    const name = path.at(-1) ?? Buffer.alloc(0);
    const facts = { name, mode: entry.mode, modified: readTime(entry.modified) };
    if (entry.type === 'symlink') return this.entries.symlink(facts, Buffer.from(entry.target ?? '', 'base64'));
    if (entry.type === 'fifo') return this.entries.add('type-refused', name);
    if (entry.size > wholeFileBytes) return this.#large(entry, facts);
    const content = await this.#readWhole(entry);
    if (content === undefined) this.entries.add('damaged', name);
    else await this.entries.file(facts, content);
  }

  async #readWhole(entry: FoundEntry['entry']): Promise<Buffer | undefined> {
    try {
      const pieces: Buffer[] = [];
      for await (const piece of this.#archive.read(entry)) pieces.push(piece);
      return Buffer.concat(pieces);
    } catch (error) {
      if (isFailure(error, 'archive-damaged')) return undefined;
      throw error;
    }
  }

  /** What turns out damaged after its beginning has gone out ends the zip. */
  async #large(entry: FoundEntry['entry'], facts: Parameters<ZipEntries['beginFile']>[0]): Promise<void> {
    let hasBegun = false;
    for await (const piece of this.#archive.read(entry)) {
      if (!hasBegun && !(await this.entries.beginFile(facts, piece))) return;
      hasBegun = true;
      await this.#zip.data(Buffer.from(piece));
    }
    if (hasBegun) await this.#zip.endFile();
  }
}
