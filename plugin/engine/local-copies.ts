/** Reads the folder of a home that holds its local copies. Its owner may put anything there at any moment. */
import { createHash } from 'node:crypto';
import type { Arena, Codec } from '../contracts/codec.ts';
import { fileTypes, statusWords, type FileSystem } from '../contracts/file-system.ts';
import { localCopiesFolder, readLocalCopyName } from '../domain/local-copy-name.ts';
import { unsigned64 } from './stat-row.ts';

/** One copy that is there: a plain file of the account's, with a name that Larder gives. */
export interface LocalCopy {
  readonly name: string;
  readonly createdAt: Date;
  readonly number: number;
  readonly bytes: number;
}

/** What a file holds, told from its bytes as they pass. */
export class Digest {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Once. */
  result(): string {
    return `${this.#bytes} ${this.#hash.digest('hex')}`;
  }
}

const longestNameBytes = 256;
const pieceBytes = 1_048_576;

export class LocalCopies {
  readonly #files: FileSystem;
  readonly #ownerUid: number;
  readonly #name: Arena;
  readonly #piece: Arena;

  constructor(files: FileSystem, codec: Codec, ownerUid: number) {
    this.#files = files;
    this.#ownerUid = ownerUid;
    this.#name = codec.allocate(longestNameBytes);
    this.#piece = codec.allocate(pieceBytes);
  }

  /** Oldest first; none when there is no such folder. */
  list(home: string): LocalCopy[] {
    return this.#inFolder(home, (folder) => this.#listFolder(folder)) ?? [];
  }

  /** The `Digest` of what a copy holds now; undefined when it cannot be read. */
  digest(home: string, name: string): string | undefined {
    return this.#inFolder(home, (folder) => this.#digestFile(folder, name));
  }

  #inFolder<Result>(home: string, work: (folder: number) => Result): Result | undefined {
    const root = this.#files.openRoot(home);
    if (root < 0) return undefined;
    const folder = this.#files.openFolder(root, this.#nameArena(localCopiesFolder), 0);
    this.#files.close(root);
    if (folder < 0) return undefined;
    try {
      return work(folder);
    } finally {
      this.#files.close(folder);
    }
  }

  #listFolder(folder: number): LocalCopy[] {
    const list = this.#files.listFolder(folder);
    if (typeof list === 'number') return [];
    const names = Array.from({ length: list.count }, (_, index) => {
      const at = list.offset(index);
      return list.arena.bytes.toString('latin1', at, at + list.length(index));
    });
    const copies = names.flatMap((name) => this.#find(folder, name) ?? []);
    return copies.toSorted(
      (left, right) => left.createdAt.getTime() - right.createdAt.getTime() || left.number - right.number,
    );
  }

  #find(folder: number, name: string): LocalCopy | undefined {
    const time = readLocalCopyName(name);
    if (time === undefined || this.#files.statEntry(folder, this.#nameArena(name), 0) < 0) return undefined;
    const { words } = this.#files.status;
    if (!this.#isOwnFile(words)) return undefined;
    return { name, createdAt: time.at, number: time.number, bytes: unsigned64(words, statusWords.size) };
  }

  #digestFile(folder: number, name: string): string | undefined {
    const file = this.#files.openFile(folder, this.#nameArena(name), 0);
    if (file < 0) return undefined;
    try {
      return this.#isOwnFile(this.#files.status.words) ? this.#digestOpen(file) : undefined;
    } finally {
      this.#files.close(file);
    }
  }

  #digestOpen(file: number): string | undefined {
    const digest = new Digest();
    const size = unsigned64(this.#files.status.words, statusWords.size);
    for (let left = size; left > 0;) {
      const read = this.#files.read(file, this.#piece, 0, Math.min(pieceBytes, left));
      if (read < 0) return undefined;
      if (read === 0) break;
      digest.add(this.#piece.bytes.subarray(0, read));
      left -= read;
    }
    return digest.result();
  }

  #isOwnFile(words: Int32Array): boolean {
    const isFile = ((words[statusWords.mode] ?? 0) & fileTypes.mask) === fileTypes.file;
    return isFile && (words[statusWords.uid] ?? 0) >>> 0 === this.#ownerUid;
  }

  #nameArena(name: string): Arena {
    const length = this.#name.bytes.write(name, 0, longestNameBytes - 1, 'latin1');
    this.#name.bytes[length] = 0;
    return this.#name;
  }
}
