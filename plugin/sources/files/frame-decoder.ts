import type { EntryAttributes, Pending, TreeWriter, WriteReport } from '../../contracts/tree-writer.ts';
import type { ExtendedAttribute, Timestamp } from '../../domain/tree-node.ts';
import { parseBlobId } from '../../domain/ids.ts';
import { frameKinds } from './frame-format.ts';

/** Stands in for attributes that did not fit: no system takes it, so the writer reports it. */
const missingAttribute: ExtendedAttribute = { name: 'larder.too-large', value: Buffer.alloc(0) };

/**
 * Does what a frame says.
 * @returns what to wait for, where there is anything; it gives the report when the frame was the last.
 * @throws {RangeError} when it is no frame.
 */
export function performFrame(writer: TreeWriter, kind: number, bytes: Buffer): Promise<WriteReport> | Pending {
  if (kind === frameKinds.finish) return writer.finish(decodeFinish(new FrameFields(bytes)));
  const call = calls[kind];
  if (call === undefined) throw new RangeError(`no frame has the kind ${kind}`);
  return call(writer, new FrameFields(bytes));
}

type Call = (writer: TreeWriter, fields: FrameFields) => Pending;

const calls: Readonly<Record<number, Call | undefined>> = {
  [frameKinds.expectMany]: (writer) => writer.expectMany(),
  [frameKinds.enter]: (writer, fields) => {
    const passing = fields.number8() === 1;
    return writer.enter(fields.short(), passing);
  },
  [frameKinds.leave]: (writer, fields) => writer.leave(fields.attributes()),
  [frameKinds.beginFile]: (writer, fields) => writer.beginFile(fields.short(), fields.attributes()),
  [frameKinds.data]: (writer, fields) => writer.data(fields.rest()),
  [frameKinds.packed]: (writer, fields) => {
    const [id, plainLength] = [parseBlobId(fields.hash()), fields.number32()];
    return writer.packed({ id, plainLength, bytes: fields.rest() });
  },
  [frameKinds.zeros]: (writer, fields) => writer.zeros(fields.count()),
  [frameKinds.endFile]: (writer) => writer.endFile(),
  [frameKinds.abortFile]: (writer) => writer.abortFile(),
  [frameKinds.symlink]: (writer, fields) => writer.symlink(fields.short(), fields.long(), fields.attributes()),
  [frameKinds.hardLink]: (writer, fields) => writer.hardLink(fields.short(), fields.path()),
  [frameKinds.fifo]: (writer, fields) => writer.fifo(fields.short(), fields.attributes()),
  [frameKinds.remove]: (writer, fields) => writer.remove(fields.short()),
  [frameKinds.setTime]: (writer, fields) => writer.setTime(fields.time()),
};

function decodeFinish(fields: FrameFields): EntryAttributes | undefined {
  return fields.number8() === 1 ? fields.attributes() : undefined;
}

/** Reads one field after another; a field that reaches beyond the end throws `RangeError`. */
class FrameFields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  attributes(): EntryAttributes {
    const mode = this.#bytes.readUInt16LE(this.#skip(2));
    const modified = this.time();
    const [uid, gid] = [this.number32(), this.number32()];
    const isCut = this.number8() === 1;
    const attributes = Array.from({ length: this.#listLength() }, () => {
      return { name: this.short().toString('utf8'), value: this.long() };
    });
    if (isCut) attributes.push(missingAttribute);
    return { mode, modified, uid, gid, attributes };
  }

  time(): Timestamp {
    const seconds = this.#bytes.readDoubleLE(this.#skip(8));
    const nanoseconds = this.number32();
    if (!Number.isSafeInteger(seconds) || nanoseconds >= 1e9) throw new RangeError('no time');
    return { seconds, nanoseconds };
  }

  path(): Buffer[] {
    return Array.from({ length: this.#listLength() }, () => this.short());
  }

  short(): Buffer {
    return Buffer.from(this.#take(this.#bytes.readUInt16LE(this.#skip(2))));
  }

  long(): Buffer {
    return Buffer.from(this.#take(this.number32()));
  }

  rest(): Buffer {
    return this.#take(this.#bytes.length - this.#at);
  }

  hash(): string {
    return this.#take(32).toString('hex');
  }

  /** A whole number that is not negative. */
  count(): number {
    const value = this.#bytes.readDoubleLE(this.#skip(8));
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('no count');
    return value;
  }

  number8(): number {
    return this.#bytes.readUInt8(this.#skip(1));
  }

  /** Each item has two bytes at least. */
  #listLength(): number {
    const length = this.number32();
    if (length * 2 > this.#bytes.length - this.#at) throw new RangeError('a list reaches beyond its frame');
    return length;
  }

  number32(): number {
    return this.#bytes.readUInt32LE(this.#skip(4));
  }

  #take(length: number): Buffer {
    const from = this.#skip(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** @returns where the field begins. */
  #skip(length: number): number {
    if (length > this.#bytes.length - this.#at) throw new RangeError('a field reaches beyond its frame');
    this.#at += length;
    return this.#at - length;
  }
}
