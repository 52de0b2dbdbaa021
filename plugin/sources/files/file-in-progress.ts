import { errorNumbers } from '../../contracts/file-system.ts';
import type { EntryAttributes, WriteProblemReason } from '../../contracts/tree-writer.ts';
import type { AttributeSetter } from './attribute-setter.ts';
import type { OpenFolder } from './open-folder.ts';
import { makeTemporaryName } from './temporary-name.ts';
import type { WriterTools } from './writer-tools.ts';

/** One file from its first byte to its last. Calls answer 0 or a negative error number; after one nothing of it is left. */
export class FileInProgress {
  readonly folder: OpenFolder;
  readonly name: Buffer;
  /** Undefined where it is written under its own name: in a new folder there is nothing to lose. */
  readonly temporary: Buffer | undefined;
  readonly #tools: WriterTools;
  readonly #descriptor: number;
  readonly #attributes: EntryAttributes;
  length = 0;
  #endsInHole = false;

  private constructor(place: FilePlace, temporary: Buffer | undefined, descriptor: number, tools: WriterTools) {
    this.folder = place.folder;
    this.name = place.name;
    this.#attributes = place.attributes;
    this.temporary = temporary;
    this.#descriptor = descriptor;
    this.#tools = tools;
  }

  static begin(place: FilePlace, tools: WriterTools): FileInProgress | number {
    const { folder, name } = place;
    const direct = folder.isNew ? tools.writing.createFile(folder.descriptor, name) : -errorNumbers.EEXIST;
    if (direct >= 0) return new FileInProgress(place, undefined, direct, tools);
    if (direct !== -errorNumbers.EEXIST) return direct;
    const temporary = makeTemporaryName();
    const descriptor = tools.writing.createFile(folder.descriptor, temporary);
    return descriptor < 0 ? descriptor : new FileInProgress(place, temporary, descriptor, tools);
  }

  write(bytes: Uint8Array): number {
    const result = this.#tools.writing.write(this.#descriptor, bytes, this.length);
    if (result < 0) return this.#fail(result);
    this.length += bytes.length;
    this.#endsInHole = false;
    return 0;
  }

  skip(length: number): void {
    this.length += length;
    this.#endsInHole ||= length > 0;
  }

  /** All of it is written, with attributes; under the temporary name where it has one. */
  end(setter: AttributeSetter, onProblem: (reason: WriteProblemReason) => void): number {
    const { writing } = this.#tools;
    const grown = this.#endsInHole ? writing.setLength(this.#descriptor, this.length) : 0;
    if (grown < 0) return this.#fail(grown);
    const { givesAcl: mayHaveAcl, entryGroup: group } = this.folder;
    const target = { kind: 'file', descriptor: this.#descriptor, mayHaveAcl, group } as const;
    setter.apply(target, this.#attributes).forEach(onProblem);
    const synced = this.#tools.syncing.endFile(this.#descriptor);
    if (synced < 0) return this.#fail(synced);
    const closed = writing.close(this.#descriptor);
    if (closed < 0) this.#remove();
    return closed;
  }

  abort(): void {
    this.#tools.writing.close(this.#descriptor);
    this.#remove();
  }

  #fail(result: number): number {
    this.abort();
    return result;
  }

  #remove(): void {
    this.#tools.writing.remove(this.folder.descriptor, this.temporary ?? this.name);
  }
}

export interface FilePlace {
  readonly folder: OpenFolder;
  readonly name: Buffer;
  readonly attributes: EntryAttributes;
}
