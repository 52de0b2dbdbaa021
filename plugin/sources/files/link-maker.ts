import { errorNumbers } from '../../contracts/file-system.ts';
import type { EntryAttributes } from '../../contracts/tree-writer.ts';
import { isPlainName } from '../../domain/plain-name.ts';
import type { OpenFolder } from './open-folder.ts';
import { makeTemporaryName } from './temporary-name.ts';
import type { WaitingEntries } from './waiting-entries.ts';
import type { WriterTools } from './writer-tools.ts';

/** Entries without content of their own. In a folder that was there they are made beside and then put in place. */
export class LinkMaker {
  readonly #tools: WriterTools;
  readonly #waiting: WaitingEntries;
  readonly #root: OpenFolder;

  constructor(tools: WriterTools, waiting: WaitingEntries, root: OpenFolder) {
    this.#tools = tools;
    this.#waiting = waiting;
    this.#root = root;
  }

  makeLink(folder: OpenFolder, name: Buffer, link: { target: Buffer; attributes: EntryAttributes }): number {
    const { writing } = this.#tools;
    return this.#make(folder, name, (as) => {
      const made = writing.makeLink(folder.descriptor, as, link.target);
      return made < 0 ? made : writing.setEntryTimes(folder.descriptor, as, link.attributes.modified);
    });
  }

  makeFifo(folder: OpenFolder, name: Buffer, attributes: EntryAttributes): number {
    const { writing } = this.#tools;
    return this.#make(folder, name, (as) => {
      const made = writing.makeFifo(folder.descriptor, as);
      if (made < 0) return made;
      writing.setEntryMode(folder.descriptor, as, attributes.mode & 0o777);
      return writing.setEntryTimes(folder.descriptor, as, attributes.modified);
    });
  }

  /** @returns `waiting` when it takes its place together with the file that it names. */
  makeHardLink(folder: OpenFolder, name: Buffer, path: readonly Buffer[]): HardLinkResult {
    if (!path.every(isPlainName)) return 'name-refused';
    if (this.#tools.problems.isLost(path)) return 'content-missing';
    const unplaced = this.#waiting.find(path);
    const from = unplaced === undefined ? this.#walkTo(path) : this.#sourceOf(unplaced);
    if (typeof from === 'number') return from;
    const result = this.#linkFrom(from, { folder, name, mustWait: unplaced !== undefined });
    if (from.mustClose) this.#tools.writing.close(from.folder);
    return result;
  }

  #sourceOf(entry: { folder: OpenFolder; temporary: Buffer }): LinkSource {
    return { folder: entry.folder.descriptor, name: entry.temporary, mustClose: false };
  }

  #linkFrom(
    from: LinkSource,
    { folder, name, mustWait }: { folder: OpenFolder; name: Buffer; mustWait: boolean },
  ): number | 'made' | 'waiting' {
    const { writing } = this.#tools;
    const link = (as: Buffer): number => writing.makeHardLink(from, { folder: folder.descriptor, name: as });
    if (!mustWait || folder.isNew) {
      const made = this.#make(folder, name, link);
      return made < 0 ? made : 'made';
    }
    const temporary = makeTemporaryName();
    const made = link(temporary);
    if (made < 0) return made;
    this.#waiting.add({ folder, name, temporary, kind: 'link', bytes: 0 });
    return 'waiting';
  }

  /** Makes it under its own name where nothing can stand there, else beside and then over what stands there. */
  #make(folder: OpenFolder, name: Buffer, make: (as: Buffer) => number): number {
    const direct = folder.isNew ? make(name) : -errorNumbers.EEXIST;
    if (direct !== -errorNumbers.EEXIST) return direct;
    const { writing } = this.#tools;
    const temporary = makeTemporaryName();
    const made = make(temporary);
    const placed = made < 0 ? made : writing.rename(folder.descriptor, temporary, name);
    writing.remove(folder.descriptor, temporary); // left by a failure, or where both name the same file
    return placed;
  }

  /** Walks from the target, following no link. */
  #walkTo(path: readonly Buffer[]): LinkSource | number {
    const { files, writing } = this.#tools;
    let folder = this.#root.descriptor;
    for (const part of path.slice(0, -1)) {
      const next = files.openFolder(folder, writing.nameArena(part), 0);
      if (folder !== this.#root.descriptor) writing.close(folder);
      if (next < 0) return next;
      folder = next;
    }
    const name = path.at(-1);
    if (name === undefined) return -errorNumbers.EINVAL;
    return { folder, name, mustClose: folder !== this.#root.descriptor };
  }
}

/** A negative error number, or how it went. */
type HardLinkResult = number | 'made' | 'waiting' | 'name-refused' | 'content-missing';

interface LinkSource {
  readonly folder: number;
  readonly name: Buffer;
  readonly mustClose: boolean;
}
