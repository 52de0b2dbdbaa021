import type { EntryAttributes, PackedBlob } from '../../contracts/tree-writer.ts';
import type { ExtendedAttribute, Timestamp } from '../../domain/tree-node.ts';
import { frameHeaderBytes, frameKinds, largestAttributes, largestFrame, largestSeconds } from './frame-format.ts';

const fixedBytes = 64;
const longestAttributeName = 255;

/** Makes frames one at a time; each is good until the next is begun. */
export class FrameEncoder {
  #bytes = Buffer.allocUnsafeSlow(4096);
  #length = 0;

  expectMany(): Buffer {
    return this.#begin(frameKinds.expectMany).#end();
  }

  enter(name: Buffer, passing: boolean): Buffer {
    return this.#begin(frameKinds.enter)
      .#number8(passing ? 1 : 0)
      .#short(name)
      .#end();
  }

  leave(attributes: EntryAttributes): Buffer {
    return this.#begin(frameKinds.leave).#attributes(attributes).#end();
  }

  beginFile(name: Buffer, attributes: EntryAttributes): Buffer {
    return this.#begin(frameKinds.beginFile).#short(name).#attributes(attributes).#end();
  }

  /** Only the head: the bytes follow as they are. */
  dataHead(length: number): Buffer {
    this.#begin(frameKinds.data);
    this.#bytes.writeUInt32LE(length, 1);
    return this.#bytes.subarray(0, frameHeaderBytes);
  }

  /** As `dataHead`. */
  packedHead({ id, plainLength, bytes }: PackedBlob): Buffer {
    this.#begin(frameKinds.packed).#raw(Buffer.from(id, 'hex')).#number32(plainLength);
    this.#bytes.writeUInt32LE(this.#length - frameHeaderBytes + bytes.length, 1);
    return this.#bytes.subarray(0, this.#length);
  }

  zeros(length: number): Buffer {
    return this.#begin(frameKinds.zeros).#float(length).#end();
  }

  endFile(): Buffer {
    return this.#begin(frameKinds.endFile).#end();
  }

  abortFile(): Buffer {
    return this.#begin(frameKinds.abortFile).#end();
  }

  symlink(name: Buffer, target: Buffer, attributes: EntryAttributes): Buffer {
    return this.#begin(frameKinds.symlink).#short(name).#long(target).#attributes(attributes).#end();
  }

  hardLink(name: Buffer, path: readonly Buffer[]): Buffer {
    const frame = this.#begin(frameKinds.hardLink).#short(name).#number32(path.length);
    for (const part of path) frame.#short(part);
    return frame.#end();
  }

  fifo(name: Buffer, attributes: EntryAttributes): Buffer {
    return this.#begin(frameKinds.fifo).#short(name).#attributes(attributes).#end();
  }

  remove(name: Buffer): Buffer {
    return this.#begin(frameKinds.remove).#short(name).#end();
  }

  setTime(modified: Timestamp): Buffer {
    return this.#begin(frameKinds.setTime).#time(modified).#end();
  }

  finish(attributes: EntryAttributes | undefined): Buffer {
    const frame = this.#begin(frameKinds.finish).#number8(attributes === undefined ? 0 : 1);
    return (attributes === undefined ? frame : frame.#attributes(attributes)).#end();
  }

  #begin(kind: number): this {
    this.#bytes[0] = kind;
    this.#length = frameHeaderBytes;
    return this;
  }

  #end(): Buffer {
    if (this.#length - frameHeaderBytes > largestFrame) throw new RangeError('a frame would be too large');
    this.#bytes.writeUInt32LE(this.#length - frameHeaderBytes, 1);
    return this.#bytes.subarray(0, this.#length);
  }

  #attributes(attributes: EntryAttributes): this {
    const sent = fitting(attributes.attributes);
    this.#number16(attributes.mode & 0o7777)
      .#time(attributes.modified)
      .#number32(attributes.uid >>> 0)
      .#number32(attributes.gid >>> 0)
      .#number8(sent.length < attributes.attributes.length ? 1 : 0)
      .#number32(sent.length);
    for (const { name, value } of sent) this.#short(Buffer.from(name)).#long(value);
    return this;
  }

  #time({ seconds, nanoseconds }: Timestamp): this {
    const sent = Math.min(Math.max(Math.trunc(seconds), -largestSeconds), largestSeconds);
    return this.#float(sent).#number32(nanoseconds);
  }

  #short(bytes: Buffer): this {
    return this.#number16(Math.min(bytes.length, 0xffff)).#raw(bytes.subarray(0, 0xffff));
  }

  #long(bytes: Buffer): this {
    return this.#number32(bytes.length).#raw(bytes);
  }

  #raw(bytes: Buffer): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  #number8(value: number): this {
    this.#reserve(fixedBytes);
    this.#length = this.#bytes.writeUInt8(value, this.#length);
    return this;
  }

  #number16(value: number): this {
    this.#reserve(fixedBytes);
    this.#length = this.#bytes.writeUInt16LE(value, this.#length);
    return this;
  }

  #number32(value: number): this {
    this.#reserve(fixedBytes);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
    return this;
  }

  #float(value: number): this {
    this.#reserve(fixedBytes);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return this;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Attributes that can be set at all, as many as fit. */
function fitting(attributes: readonly ExtendedAttribute[]): ExtendedAttribute[] {
  let room = largestAttributes;
  return attributes.filter(({ name, value }) => {
    if (Buffer.byteLength(name) > longestAttributeName || value.length + name.length > room) return false;
    room -= value.length + name.length;
    return true;
  });
}
