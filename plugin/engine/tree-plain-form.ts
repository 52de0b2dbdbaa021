import { PlainTime } from './go-plain-time.ts';
import type { TreeBytes } from './tree-bytes.ts';
import { words, type Word } from './tree-words.ts';

const quote = 0x22;
const bracketClose = 0x5d;
const braceClose = 0x7d;
const attributesOffset = ',"extended_attributes":'.length;
/** From where a node begins to where its name does. */
export const nameOffset = words.name.length;

/**
 * What the node says that was passed last: numbers, and where in the bytes the rest stands. It is the form in which
 * restic and Larder write nearly all: a file, folder or link without escapes.
 */
export class PlainForm {
  nameEnd = 0;
  type: 'file' | 'dir' | 'symlink' = 'file';
  /** Go's. */
  mode = 0;
  readonly modified = new PlainTime();
  readonly changed = new PlainTime();
  uid = 0;
  gid = 0;
  inode = 0;
  deviceId = 0;
  sizeBytes = 0;
  links = 0;
  /** The list of extended attributes, with its brackets; both the same where there is none. */
  attributesAt = 0;
  attributesEnd = 0;
  /** A file's ids, a folder's id, a link's target. */
  contentAt = 0;
  contentEnd = 0;

  /** @returns whether a node of this form stood there; if not, nobody knows what this says and where the bytes stand. */
  pass(from: TreeBytes): boolean {
    from.expect(words.name);
    this.nameEnd = from.name();
    if (from.hasFailed) return false;
    this.#passType(from);
    this.mode = from.number();
    this.#passTimes(from);
    this.#passOwner(from);
    from.expect(words.inode);
    this.inode = from.number();
    this.deviceId = from.skip(words.device) ? from.number() : 0;
    this.sizeBytes = from.skip(words.size) ? from.number() : 0;
    this.links = from.skip(words.links) ? from.number() : 0;
    this.#passContent(from);
    return !from.hasFailed;
  }

  #passType(from: TreeBytes): void {
    if (from.skip(words.file)) this.type = 'file';
    else if (from.skip(words.folder)) this.type = 'dir';
    else if (from.skip(words.link)) this.type = 'symlink';
    else from.fail();
  }

  #passTimes(from: TreeBytes): void {
    from.expect(words.modified);
    from.time(this.modified);
    from.expect(words.accessed);
    from.text();
    from.expect(words.changed);
    from.time(this.changed);
  }

  #passOwner(from: TreeBytes): void {
    from.expect(words.uid);
    this.uid = from.number();
    from.expect(words.gid);
    this.gid = from.number();
    passText(from, words.user);
    passText(from, words.group);
  }

  #passContent(from: TreeBytes): void {
    if (this.type === 'symlink') return this.#passTarget(from);
    this.#passAttributes(from);
    if (this.type === 'file') this.#passIds(from);
    else this.#passSubtree(from);
  }

  #passAttributes(from: TreeBytes): void {
    this.attributesAt = from.at + attributesOffset;
    this.attributesEnd = this.attributesAt;
    if (!from.skip(words.attributes)) return;
    do {
      from.text();
      from.expect(words.attributeValue);
      from.text();
      from.expectByte(quote);
      from.expectByte(braceClose);
    } while (from.skip(words.nextAttribute));
    from.expectByte(bracketClose);
    this.attributesEnd = from.at;
  }

  #passIds(from: TreeBytes): void {
    if (from.skip(words.noContent)) {
      this.contentAt = from.at;
      this.contentEnd = from.at;
      return;
    }
    from.expect(words.content);
    this.contentAt = from.at;
    this.contentEnd = from.ids();
    from.expectByte(bracketClose);
    from.expectByte(braceClose);
  }

  #passSubtree(from: TreeBytes): void {
    from.expect(words.subtree);
    this.contentAt = from.at;
    from.id();
    this.contentEnd = from.at;
    from.expectByte(quote);
    from.expectByte(braceClose);
  }

  #passTarget(from: TreeBytes): void {
    from.expect(words.target);
    this.contentAt = from.at;
    this.contentEnd = from.text();
    from.expectByte(quote);
    this.#passAttributes(from);
    from.expect(words.noContent);
  }
}

function passText(from: TreeBytes, word: Word): void {
  if (!from.skip(word)) return;
  from.text();
  from.expectByte(quote);
}
