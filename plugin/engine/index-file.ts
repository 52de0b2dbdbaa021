/** An index file says which pack holds which blobs where, so that nobody must read the packs to find out. */
import { Failure } from '../domain/failure.ts';
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

const idPattern = /^[0-9a-f]{64}$/;
const largestNumber = 0xffff_ffff;

/** An index holds a great many of these: fields are checked one by one, without anything being made in between. */
function parseBlob(object: string, value: unknown): IndexedBlob {
  if (!isRecord(value)) throw damaged(object, 'holds something that is no blob');
  const { id, type, offset, length, uncompressed_length: plainLength = 0 } = value;
  if (typeof id !== 'string' || !idPattern.test(id)) throw damaged(object, 'holds a blob without an id');
  if (type !== 'data' && type !== 'tree') throw damaged(object, 'names an unknown kind of blob');
  if (!isSize(offset) || !isSize(length) || !isSize(plainLength)) throw damaged(object, 'has sizes that make no sense');
  return { id, type, offset, length, plainLength };
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestNumber;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function damaged(object: string, problem: string): Failure {
  return new Failure('repository-damaged', { object, problem });
}
