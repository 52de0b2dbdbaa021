import { Decrypter } from 'age-encryption';
import type { ByteSource } from '../contracts/byte-source.ts';
import { Failure } from '../domain/failure.ts';
import { chunkBytes, openChunk, payloadKey, payloadNonceBytes, tagBytes } from './age-format.ts';
import { damagedArchive } from './damaged-archive.ts';

const sealedChunkBytes = chunkBytes + tagBytes;
/** A header with a dozen recipients is shorter. */
const longestHeaderBytes = 4096;

/** What opens the chunks of one age file without its header. Secret. */
export interface PayloadKey {
  /** Where the chunks begin. */
  readonly offset: number;
  readonly key: Buffer;
}

/**
 * Reads the header of an age file.
 * @param identities `AGE-SECRET-KEY-1…`; one that fits is enough.
 * @throws {Failure} `archive-damaged`; `key-unusable` when no identity fits; what the source throws.
 */
export async function openAgeHeader(
  name: string,
  sealed: ByteSource,
  identities: readonly string[],
): Promise<PayloadKey> {
  const start = await sealed.read(0, Math.min(sealed.sizeBytes, longestHeaderBytes));
  const headerBytes = endOfHeader(start);
  if (headerBytes === undefined) throw damagedArchive(name, 'it does not begin like an age file');
  const fileKey = await unwrap(name, start.subarray(0, headerBytes), identities);
  const offset = headerBytes + payloadNonceBytes;
  return { offset, key: payloadKey(fileKey, start.subarray(headerBytes, offset)) };
}

/**
 * What an age file holds, readable from anywhere in it. Every byte that is given out was authenticated. That it was not
 * cut shows only where its end is read: `readEnd`.
 * @throws {Failure} `archive-damaged` when it is too short; so does what is read.
 */
export function openAgePayload(name: string, sealed: ByteSource, payload: PayloadKey): AgeFile {
  return new AgeFile(name, sealed, payload);
}

export class AgeFile implements ByteSource {
  readonly #name: string;
  readonly #sealed: ByteSource;
  readonly #payload: number;
  readonly #key: Buffer;
  readonly #chunks: number;
  readonly sizeBytes: number;
  #lastIndex = -1;
  #lastChunk: Buffer = Buffer.alloc(0);

  constructor(name: string, sealed: ByteSource, { offset, key }: PayloadKey) {
    this.#name = name;
    this.#sealed = sealed;
    this.#payload = offset;
    this.#key = key;
    const length = sealed.sizeBytes - offset;
    this.#chunks = Math.max(1, Math.ceil(length / sealedChunkBytes));
    this.sizeBytes = length - this.#chunks * tagBytes;
    if (this.sizeBytes < 0) throw damagedArchive(name, 'it is shorter than an age file can be');
  }

  /** @throws {Failure} `archive-damaged` when the end is not there. */
  async readEnd(): Promise<void> {
    await this.#open(this.#chunks - 1, this.#chunks);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    if (offset < 0 || offset + length > this.sizeBytes)
      throw damagedArchive(this.#name, 'something lies beyond its end');
    const first = Math.floor(offset / chunkBytes);
    const plain = await this.#open(first, Math.floor((offset + length - 1) / chunkBytes) + 1);
    return plain.subarray(offset - first * chunkBytes).subarray(0, length);
  }

  /** Chunks from `first` to before `end`. The last one read is kept: the next read often begins in it. */
  async #open(first: number, end: number): Promise<Buffer> {
    if (first === this.#lastIndex && end === first + 1) return this.#lastChunk;
    const at = this.#payload + first * sealedChunkBytes;
    const sealed = await this.#sealed.read(at, Math.min((end - first) * sealedChunkBytes, this.#sealed.sizeBytes - at));
    const chunks: Buffer[] = [];
    for (let index = first; index < end; index++) {
      const from = (index - first) * sealedChunkBytes;
      const chunk = openChunk(
        this.#key,
        index,
        index === this.#chunks - 1,
        sealed.subarray(from, from + sealedChunkBytes),
      );
      if (chunk === undefined) throw damagedArchive(this.#name, `it was altered or cut near byte ${at + from}`);
      chunks.push(chunk);
    }
    this.#lastIndex = end - 1;
    this.#lastChunk = chunks.at(-1) ?? Buffer.alloc(0);
    return chunks.length === 1 ? this.#lastChunk : Buffer.concat(chunks);
  }
}

/** The header ends with the line that holds its MAC. */
function endOfHeader(start: Buffer): number | undefined {
  if (!start.subarray(0, 22).equals(Buffer.from('age-encryption.org/v1\n'))) return undefined;
  const mac = start.indexOf('\n--- ');
  const end = mac < 0 ? -1 : start.indexOf('\n', mac + 1);
  return end < 0 || end + 1 + payloadNonceBytes > start.length ? undefined : end + 1;
}

async function unwrap(name: string, header: Buffer, identities: readonly string[]): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    throw new Failure(
      'key-unusable',
      { key: name, problem: 'it was sealed for others, or its header was altered' },
      { cause },
    );
  }
}
