import type { Arena } from '../contracts/codec.ts';
import { Failure } from '../domain/failure.ts';
import { largestDataBlobBytes, largestTreeBlobBytes, nonceBytes, sealOverheadBytes, type BlobType } from './format.ts';
import type { Repository } from './repository.ts';

/** How long a blob claims to be: sealed, and plain when it is compressed (else 0). */
export interface BlobLengths {
  readonly length: number;
  readonly plainLength: number;
}

export interface WantedBlob {
  readonly type: BlobType;
  readonly id: string;
  /** As `BlobLengths`. */
  readonly plainLength: number;
}

/** Opens sealed blobs, however hostile: checks the seal, decompresses to the size that is claimed, checks the hash. */
export class BlobOpener {
  readonly #repository: Repository;
  #sealed: Arena;
  #plain: Arena;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#sealed = repository.workspace.borrow(1_048_576);
    this.#plain = repository.workspace.borrow(1_048_576);
  }

  /**
   * The blob's plain content, valid until the next call.
   * @throws {Failure} `repository-damaged` naming the blob when it is not what its id says.
   */
  open(type: BlobType, id: string, sealed: Buffer, plainLength: number): Buffer {
    requirePossible(type, id, sealed, plainLength);
    this.#plain = this.#atLeast(this.#plain, roomFor({ length: sealed.length, plainLength }));
    return this.openAt({ type, id, plainLength }, sealed, this.#plain, 0);
  }

  /** As `open`, into an arena that has `roomFor` the blob from the offset on. @returns a part of that room. */
  openAt(blob: WantedBlob, sealed: Buffer, arena: Arena, offset: number): Buffer {
    const { type, id, plainLength } = blob;
    requirePossible(type, id, sealed, plainLength);
    const isPacked = plainLength > 0;
    const start = isPacked ? offset : offset + nonceBytes;
    const length = isPacked ? this.#unpack(blob, sealed, arena, offset) : this.#openSeal(sealed, arena, offset);
    if (length < 0) throw damagedBlob(type, id, 'is not authentic');
    const { codec } = this.#repository.workspace;
    codec.hash(arena, start, length);
    if (codec.digest.toString('hex') !== id) throw damagedBlob(type, id, 'does not match its name');
    return arena.bytes.subarray(start, start + length);
  }

  /**
   * What the seal holds, unpacked or not, valid until the next call. Only the seal is checked, not the blob's name.
   * @throws {Failure} `repository-damaged` naming the blob when it is not authentic.
   */
  unseal({ type, id, plainLength }: WantedBlob, sealed: Buffer): Buffer {
    requirePossible(type, id, sealed, plainLength);
    const length = this.#openOwn(sealed);
    if (length < 0) throw damagedBlob(type, id, 'is not authentic');
    return this.#sealed.bytes.subarray(nonceBytes, nonceBytes + length);
  }

  /** Whether whoever holds the key sealed these bytes. */
  isAuthentic(sealed: Buffer): boolean {
    return sealed.length >= sealOverheadBytes && this.#openOwn(sealed) >= 0;
  }

  /** Gives its memory back; it and what it returned must not be used any more. */
  close(): void {
    this.#repository.workspace.giveBack(this.#sealed);
    this.#repository.workspace.giveBack(this.#plain);
  }

  /** @returns the plain length, or -1 when the blob is not authentic. */
  #unpack({ type, id, plainLength }: WantedBlob, sealed: Buffer, arena: Arena, offset: number): number {
    const length = this.#openOwn(sealed);
    if (length < 0) return -1;
    const { codec } = this.#repository.workspace;
    if (codec.decompress(this.#sealed, nonceBytes, length, arena, offset, plainLength)) return plainLength;
    throw damagedBlob(type, id, 'cannot be decompressed to the size it claims');
  }

  #openOwn(sealed: Buffer): number {
    this.#sealed = this.#atLeast(this.#sealed, sealed.length);
    return this.#openSeal(sealed, this.#sealed, 0);
  }

  #openSeal(sealed: Buffer, arena: Arena, offset: number): number {
    sealed.copy(arena.bytes, offset);
    return this.#repository.sealer.open(arena, offset, sealed.length);
  }

  #atLeast(arena: Arena, sizeBytes: number): Arena {
    if (arena.bytes.length >= sizeBytes) return arena;
    this.#repository.workspace.giveBack(arena);
    return this.#repository.workspace.borrow(Math.ceil(sizeBytes * 1.25));
  }
}

/** How much room opening such a blob takes. */
export function roomFor({ length, plainLength }: BlobLengths): number {
  return plainLength > 0 ? plainLength : length;
}

/** Whether a blob may be that large. More is damage or an attack, and must not be fetched. */
export function isPossible(type: BlobType, { length, plainLength }: BlobLengths): boolean {
  const limit = type === 'data' ? largestDataBlobBytes : largestTreeBlobBytes;
  return length >= sealOverheadBytes && length <= limit && plainLength <= limit;
}

function requirePossible(type: BlobType, id: string, sealed: Buffer, plainLength: number): void {
  if (!isPossible(type, { length: sealed.length, plainLength }))
    throw damagedBlob(type, id, 'claims an impossible size');
}

export function damagedBlob(type: BlobType, id: string, problem: string): Failure {
  return new Failure('repository-damaged', { object: `${type} ${id}`, problem });
}
