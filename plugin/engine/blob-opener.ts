import type { Arena } from '../contracts/codec.ts';
import { Failure } from '../domain/failure.ts';
import { largestDataBlobBytes, largestTreeBlobBytes, nonceBytes, sealOverheadBytes, type BlobType } from './format.ts';
import type { Repository } from './repository.ts';

/** How long a blob claims to be: sealed, and plain when it is compressed (else 0). */
export interface BlobLengths {
  readonly length: number;
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
    if (!isPossible(type, { length: sealed.length, plainLength }))
      throw damagedBlob(type, id, 'claims an impossible size');
    const length = this.#openSeal(sealed);
    if (length < 0) throw damagedBlob(type, id, 'is not authentic');
    const { codec } = this.#repository.workspace;
    if (plainLength > 0) {
      this.#plain = this.#atLeast(this.#plain, plainLength);
      if (!codec.decompress(this.#sealed, nonceBytes, length, this.#plain, 0, plainLength)) {
        throw damagedBlob(type, id, 'cannot be decompressed to the size it claims');
      }
    }
    const arena = plainLength > 0 ? this.#plain : this.#sealed;
    const start = plainLength > 0 ? 0 : nonceBytes;
    const size = plainLength > 0 ? plainLength : length;
    codec.hash(arena, start, size);
    if (codec.digest.toString('hex') !== id) throw damagedBlob(type, id, 'does not match its name');
    return arena.bytes.subarray(start, start + size);
  }

  /** Whether whoever holds the key sealed these bytes. */
  isAuthentic(sealed: Buffer): boolean {
    return sealed.length >= sealOverheadBytes && this.#openSeal(sealed) >= 0;
  }

  /** Gives its memory back; it and what it returned must not be used any more. */
  close(): void {
    this.#repository.workspace.giveBack(this.#sealed);
    this.#repository.workspace.giveBack(this.#plain);
  }

  #openSeal(sealed: Buffer): number {
    this.#sealed = this.#atLeast(this.#sealed, sealed.length);
    sealed.copy(this.#sealed.bytes);
    return this.#repository.sealer.open(this.#sealed, 0, sealed.length);
  }

  #atLeast(arena: Arena, sizeBytes: number): Arena {
    if (arena.bytes.length >= sizeBytes) return arena;
    this.#repository.workspace.giveBack(arena);
    return this.#repository.workspace.borrow(Math.ceil(sizeBytes * 1.25));
  }
}

/** Whether a blob may be that large. More is damage or an attack, and must not be fetched. */
export function isPossible(type: BlobType, { length, plainLength }: BlobLengths): boolean {
  const limit = type === 'data' ? largestDataBlobBytes : largestTreeBlobBytes;
  return length >= sealOverheadBytes && length <= limit && plainLength <= limit;
}

export function damagedBlob(type: BlobType, id: string, problem: string): Failure {
  return new Failure('repository-damaged', { object: `${type} ${id}`, problem });
}
