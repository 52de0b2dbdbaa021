import type { EntryAttributes, Pending } from '../../contracts/tree-writer.ts';
import { pathOf, type OpenFolder } from './open-folder.ts';
import { writeReason } from './write-reason.ts';
import type { WriterTools } from './writer-tools.ts';

const mostEntries = 1024;
const mostBytes = 64 * 1024 * 1024;

export interface WaitingEntry {
  readonly folder: OpenFolder;
  readonly temporary: Buffer;
  readonly name: Buffer;
  readonly kind: 'file' | 'link';
  readonly bytes: number;
}

interface LeftFolder {
  readonly folder: OpenFolder;
  readonly attributes: EntryAttributes;
}

export interface WaitingOutcome {
  onPlaced(entry: WaitingEntry): void;
  onLeft(folder: OpenFolder, attributes: EntryAttributes): void;
}

/**
 * Whole files under temporary names, waiting to take the place of older ones. They do so together, after one call has
 * made them all safe on disk: a power cut leaves each old file or its successor, whole.
 */
export class WaitingEntries {
  readonly #tools: WriterTools;
  readonly #target: number;
  readonly #outcome: WaitingOutcome;
  #entries: WaitingEntry[] = [];
  #left: LeftFolder[] = [];
  #bytes = 0;

  constructor(tools: WriterTools, target: number, outcome: WaitingOutcome) {
    this.#tools = tools;
    this.#target = target;
    this.#outcome = outcome;
  }

  /** Keeps what waits within bounds. */
  commitIfMany(): Pending {
    const isFew = this.#entries.length + this.#left.length < mostEntries && this.#bytes < mostBytes;
    return isFew ? undefined : this.commit();
  }

  add(entry: WaitingEntry): void {
    entry.folder.waiting++;
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** A folder was left whose entries still wait: its attributes are set after they have moved in. */
  leaveLater(folder: OpenFolder, attributes: EntryAttributes): void {
    this.#left.push({ folder, attributes });
  }

  /** What will stand at the path once it has taken its place. */
  find(path: readonly Buffer[]): WaitingEntry | undefined {
    const name = path.at(-1);
    return this.#entries.find((entry) => {
      return name !== undefined && entry.name.equals(name) && isSamePath(pathOf(entry.folder, entry.name), path);
    });
  }

  /** All that waits takes its place; afterwards nothing waits. */
  async commit(): Promise<void> {
    const [entries, left] = [this.#entries, this.#left];
    this.#reset();
    const synced = entries.length === 0 ? 0 : await this.#tools.syncing.beforePlacing(this.#target);
    for (const entry of entries) this.#place(entry, synced);
    for (const { folder, attributes } of left) this.#outcome.onLeft(folder, attributes);
  }

  /** What waits is dropped; what it would have replaced stays. */
  discard(): void {
    for (const { folder, temporary } of this.#entries) this.#tools.writing.remove(folder.descriptor, temporary);
    for (const { folder } of this.#left) this.#tools.writing.close(folder.descriptor);
    this.#reset();
  }

  #place(entry: WaitingEntry, synced: number): void {
    const { folder, temporary, name } = entry;
    const { writing, problems } = this.#tools;
    folder.waiting--;
    const placed = synced < 0 ? synced : writing.rename(folder.descriptor, temporary, name);
    if (placed >= 0) this.#outcome.onPlaced(entry);
    else problems.add(writeReason(placed), pathOf(folder, name), true);
    // rename(2) leaves the temporary name where both name the same file.
    if (placed < 0 || entry.kind === 'link') writing.remove(folder.descriptor, temporary);
  }

  #reset(): void {
    this.#entries = [];
    this.#left = [];
    this.#bytes = 0;
  }
}

function isSamePath(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  return left.length === right.length && left.every((part, index) => part.equals(right[index] ?? Buffer.alloc(0)));
}
