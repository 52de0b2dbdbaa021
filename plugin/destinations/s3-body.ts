import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isFailure } from '../domain/failure.ts';
import { s3Failure, statusOf } from './s3-failure.ts';

export interface S3Object {
  readonly client: S3Client;
  /** For people. */
  readonly destination: string;
  readonly bucket: string;
  readonly key: string;
  /** As the caller knows it. */
  readonly shownKey: string;
}

/** A stretch of an object; without a length all that follows. */
export interface Stretch {
  readonly offset: number;
  readonly length: number | undefined;
}

/** No object of a repository is larger, whatever a server says. */
const mostBytes = 1024 * 1024 * 1024;
/** Tries that brought next to nothing, before the failure is told: drop by drop nobody would come to an end. */
const mostVainTries = 3;
const leastProgressBytes = 64 * 1024;

/**
 * Reads a stretch. When the connection breaks half-way the rest is asked for, of the same object or none.
 * @returns fewer bytes only where the object ends before.
 */
export async function readStretch(object: S3Object, stretch: Stretch, target?: Buffer): Promise<Buffer> {
  const filling = new Filling(stretch, target);
  for (let vain = 0; ;) {
    const before = filling.filled;
    try {
      await readOn(object, filling);
      return filling.bytes();
    } catch (error) {
      if (statusOf(error) === 416 && filling.filled === 0) return filling.bytes();
      vain = filling.filled - before >= leastProgressBytes ? 0 : vain + 1;
      const failure = s3Failure(error, object.destination, object.shownKey);
      const mayPass = isFailure(failure, 'destination-unreachable') && statusOf(error) !== 416;
      if (!mayPass || filling.filled === 0 || vain >= mostVainTries) throw failure;
    }
  }
}

async function readOn(object: S3Object, filling: Filling): Promise<void> {
  const answer = await object.client.send(
    new GetObjectCommand({
      Bucket: object.bucket,
      Key: object.key,
      Range: filling.range(),
      ...(filling.mark === undefined ? {} : { IfMatch: filling.mark }),
    }),
  );
  const body = answer.Body as (AsyncIterable<Uint8Array> & { destroy?: (error?: Error) => void }) | undefined;
  try {
    filling.expect(answer.ContentLength, answer.ContentRange, answer.ETag);
    if (body !== undefined) for await (const bytes of body) filling.add(bytes);
    filling.end();
  } catch (error) {
    body?.destroy?.();
    throw error;
  }
}

/** What has arrived of a stretch. */
class Filling {
  readonly #offset: number;
  readonly #wanted: number | undefined;
  #target: Buffer | undefined;
  #total: number | undefined;
  filled = 0;
  mark: string | undefined;

  constructor({ offset, length }: Stretch, target: Buffer | undefined) {
    this.#offset = offset;
    this.#wanted = length;
    const isLargeEnough = target !== undefined && length !== undefined && target.length >= length;
    this.#target = isLargeEnough ? target.subarray(0, length) : undefined;
  }

  range(): string | undefined {
    const from = this.#offset + this.filled;
    if (this.#wanted !== undefined) return `bytes=${from}-${this.#offset + this.#wanted - 1}`;
    return from === 0 ? undefined : `bytes=${from}-`;
  }

  /** What the answer says of itself; the first one decides how much there is. */
  expect(length: number | undefined, range: string | undefined, mark: string | undefined): void {
    if (length === undefined) throw new Error('LengthMissing');
    if (range === undefined && this.range() !== undefined && this.#offset + this.filled > 0)
      throw new Error('RangeIgnored');
    const total = this.filled + length;
    if (total > Math.min(this.#wanted ?? mostBytes, mostBytes)) throw new Error('TooLong');
    if (this.#total !== undefined && this.#total !== total) throw new Error('LengthChanged');
    this.#total = total;
    this.mark ??= mark;
    this.#target ??= Buffer.allocUnsafeSlow(total);
  }

  add(bytes: Uint8Array): void {
    if (this.#target === undefined || this.filled + bytes.length > this.#target.length) throw new Error('TooLong');
    this.#target.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  end(): void {
    if (this.filled !== this.#total) throw new Error('TooShort');
  }

  bytes(): Buffer {
    return (this.#target ?? Buffer.alloc(0)).subarray(0, this.filled);
  }
}
