/** An index file says which pack holds which blobs where, so that nobody must read the packs to find out. */
import type { BlobType } from './format.ts';
import { JsonReader } from './parse-json.ts';

export interface IndexedPack {
  readonly id: string;
  readonly blobs: readonly IndexedBlob[];
}

export interface IndexedBlob {
  readonly id: string;
  readonly type: BlobType;
  readonly offset: number;
  readonly length: number;
  /** 0 when the blob is not compressed. */
  readonly plainLength: number;
}

/** One pack's part of an index file, as JSON. */
export function indexedPackJson(pack: IndexedPack): string {
  const blobs = pack.blobs.map((blob) => {
    const plain = blob.plainLength > 0 ? `,"uncompressed_length":${blob.plainLength}` : '';
    return `{"id":"${blob.id}","type":"${blob.type}","offset":${blob.offset},"length":${blob.length}${plain}}`;
  });
  return `{"id":"${pack.id}","blobs":[${blobs.join(',')}]}`;
}

export function indexFileJson(packs: readonly string[]): string {
  return `{"packs":[${packs.join(',')}]}`;
}

/** @throws {Failure} `repository-damaged` when it is not an index. */
export function parseIndexFile(id: string, text: string): IndexedPack[] {
  const object = `index ${id}`;
  return JsonReader.parse(object, text)
    .each('packs')
    .map((pack) => ({ id: pack.id('id'), blobs: pack.list('blobs').map((blob) => parseBlob(object, blob)) }));
}

/** An index holds many of these, so the usual shape is checked in one go. */
function parseBlob(object: string, value: unknown): IndexedBlob {
  const json = new JsonReader(object, value);
  const type = json.string('type');
  if (type !== 'data' && type !== 'tree') throw json.damaged('names an unknown kind of blob');
  const blob = {
    id: json.id('id'),
    type,
    offset: json.count('offset'),
    length: json.count('length'),
    plainLength: json.count('uncompressed_length', 0),
  } as const;
  if (Math.max(blob.offset, blob.length, blob.plainLength) > 0xffff_ffff) throw json.damaged('has numbers over 32 bits');
  return blob;
}
