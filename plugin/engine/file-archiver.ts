import { fileTypes, type FileSystem } from '../contracts/file-system.ts';
import type { SkipReason } from '../domain/coverage.ts';
import type { BlobWriter } from './blob-writer.ts';
import { binarySizes } from './chunker.ts';
import type { CoverageLog } from './coverage-log.ts';
import type { FileContents } from './file-contents.ts';
import type { FolderFrame } from './folder-frame.ts';
import { attributesJson } from './node-json.ts';
import { row, sameStatus } from './stat-row.ts';
import { reasonOfError, refuseEntry, type WalkPolicy } from './walk-policy.ts';

export interface ChangedEntry {
  /** One of `fileTypes`. */
  readonly type: number;
  readonly policy: WalkPolicy;
  /** Components of the entry's folder below the home. */
  readonly path: () => Buffer[];
}

/** Takes changed entries in: contents of files, targets of links, attributes. */
export class FileArchiver {
  readonly #files: FileSystem;
  readonly #writer: BlobWriter;
  readonly #contents: FileContents;
  readonly #coverage: CoverageLog;
  changedFiles = 0;
  newFiles = 0;

  constructor(files: FileSystem, writer: BlobWriter, contents: FileContents, coverage: CoverageLog) {
    this.#files = files;
    this.#writer = writer;
    this.#contents = contents;
    this.#coverage = coverage;
  }

  /** @returns why the entry cannot be taken in, or undefined when the row is complete. */
  async archive(frame: FolderFrame, index: number, entry: ChangedEntry): Promise<SkipReason | undefined> {
    if (entry.type === fileTypes.symlink) return this.#archiveLink(frame, index);
    if (entry.type !== fileTypes.file) return undefined;
    if (this.#writer.mustWait) await this.#writer.ready();
    const nameAt = frame.words[index * row.words + row.nameOffset] ?? 0;
    const file = this.#files.openFile(frame.descriptor, frame.names.arena, nameAt);
    if (file < 0) return reasonOfError(-file);
    try {
      // Another file may have taken the place of the one that was looked at: what is open is what counts.
      return (
        refuseEntry(this.#files.status.words, entry.policy) ?? (await this.#archiveFile(frame, index, file, entry.path))
      );
    } finally {
      this.#files.close(file);
    }
  }

  readAttributes(file: number, frame: FolderFrame, index: number, path: Buffer[]): void {
    const attributes = this.#files.readsAttributes ? this.#files.readAttributes(file) : [];
    if (typeof attributes === 'number') this.#coverage.note('attributes-not-read', [...path, frame.nameOf(index)]);
    else frame.setAttributes(index, attributesJson(attributes));
  }

  #archiveLink(frame: FolderFrame, index: number): SkipReason | undefined {
    const nameAt = frame.words[index * row.words + row.nameOffset] ?? 0;
    const target = this.#files.readLink(frame.descriptor, frame.names.arena, nameAt);
    if (typeof target === 'number') return reasonOfError(-target);
    frame.setContent(index, frame.content.append(target));
    return undefined;
  }

  async #archiveFile(
    frame: FolderFrame,
    index: number,
    file: number,
    path: () => Buffer[],
  ): Promise<SkipReason | undefined> {
    const opened = this.#files.status.words;
    frame.setStatus(index, opened);
    const size = frame.sizeOf(index);
    const offset = frame.content.length;
    const stored =
      size <= binarySizes.smallest
        ? this.#contents.storeSmall(file, size, frame.content)
        : await this.#contents.storeLarge(file, size, frame.content);
    if (stored < 0) {
      frame.content.length = offset;
      return reasonOfError(-stored);
    }
    frame.setContent(index, offset);
    this.#noteChange(frame, index, file, path);
    this.readAttributes(file, frame, index, path());
    if (frame.oldRows[index] === -1) this.newFiles++;
    else this.changedFiles++;
    return undefined;
  }

  /** A file that changed while it was read is kept as read, and said so; its times differ, so the next run reads it again. */
  #noteChange(frame: FolderFrame, index: number, file: number, path: () => Buffer[]): void {
    if (this.#files.statOpen(file) < 0) return;
    const now = this.#files.status.words;
    if (sameStatus(frame.words, index * row.words, now)) return;
    this.#coverage.note('changed-while-read', [...path(), Buffer.from(frame.nameOf(index))]);
  }
}
