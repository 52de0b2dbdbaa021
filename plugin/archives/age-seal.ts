import { randomBytes } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import type { ZipSink } from '../contracts/zip-writer.ts';
import type { PayloadKey } from './age-open.ts';
import { chunkBytes, payloadKey, payloadNonceBytes, sealChunk, tagBytes } from './age-format.ts';

/** Chunks go to the sink this many at a time. */
const chunksAtOnce = 16;

/**
 * Seals a stream for every holder of one of `recipients` (`age1…`): `age -d -i IDENTITY` opens it. The package makes the
 * header; the chunks are sealed by OpenSSL, which takes a fifth of the time.
 * @param sink is lent the bytes until its promise settles.
 */
export async function openAgeSealer(recipients: readonly string[], sink: ZipSink): Promise<AgeSealer> {
  const { header, fileKey } = await makeHeader(recipients);
  const nonce = randomBytes(payloadNonceBytes);
  await sink(Buffer.concat([header, nonce]));
  return new AgeSealer({ offset: header.length + nonce.length, key: payloadKey(fileKey, nonce) }, sink);
}

export class AgeSealer {
  /** Opens what is sealed here, for whoever may also read it. */
  readonly payload: PayloadKey;
  readonly #sink: ZipSink;
  readonly #block = Buffer.allocUnsafeSlow(chunkBytes * chunksAtOnce);
  /** Used again for each block: a new one each time would cost more than the sealing. */
  readonly #sealed = Buffer.allocUnsafeSlow((chunkBytes + tagBytes) * chunksAtOnce);
  #filled = 0;
  #chunks = 0;
  /** What the sink has been given, header included. */
  sealedBytes: number;

  constructor(payload: PayloadKey, sink: ZipSink) {
    this.payload = payload;
    this.sealedBytes = payload.offset;
    this.#sink = sink;
  }

  /** `bytes` are the caller's again once this has resolved. @throws what the sink throws. */
  async write(bytes: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < bytes.length) {
      // A full block is kept until more comes: the last chunk is sealed differently, and is never empty.
      if (this.#filled === this.#block.length) await this.#flush(false);
      const length = Math.min(this.#block.length - this.#filled, bytes.length - taken);
      this.#block.set(bytes.subarray(taken, taken + length), this.#filled);
      this.#filled += length;
      taken += length;
    }
  }

  /** Seals the end: without it nobody can open the last chunk. @throws what the sink throws. */
  finish(): Promise<void> {
    return this.#flush(true);
  }

  async #flush(isEnd: boolean): Promise<void> {
    let length = 0;
    for (let at = 0; at < this.#filled || (isEnd && at === 0); at += chunkBytes) {
      const plain = this.#block.subarray(at, Math.min(at + chunkBytes, this.#filled));
      const isLast = isEnd && at + chunkBytes >= this.#filled;
      for (const part of sealChunk(this.payload.key, this.#chunks++, isLast, plain)) {
        length += part.copy(this.#sealed, length);
      }
    }
    this.#filled = 0;
    this.sealedBytes += length;
    await this.#sink(this.#sealed.subarray(0, length));
  }
}

/** The package tells nobody the file key but those it wraps it for: one of them is us. */
async function makeHeader(recipients: readonly string[]): Promise<{ header: Buffer; fileKey: Uint8Array }> {
  if (recipients.length === 0) throw new Error('sealed for nobody');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey: Uint8Array | undefined;
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = key.slice();
      return [];
    },
  });
  const empty = Buffer.from(await encrypter.encrypt(new Uint8Array(0)));
  if (fileKey === undefined) throw new Error('the file key was not told');
  return { header: empty.subarray(0, empty.length - payloadNonceBytes - tagBytes), fileKey };
}
