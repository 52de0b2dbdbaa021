import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { LargeUpload, LargeUploads, ObjectLocks, UploadedPart } from '../contracts/place.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { named } from './s3-answer-guard.ts';
import type { S3Object } from './s3-body.ts';
import type { S3Connection } from './s3-client.ts';
import { s3Failure } from './s3-failure.ts';

type Settings = (key: string, until: Date | undefined) => Partial<PutObjectCommandInput>;

/** Of a list of parts; ten would do at a server that gives a thousand at once. */
const mostPages = 200;

/** Multipart uploads. Some servers forget the lock that was ordered at the beginning, so that it is set when all is there. */
export class S3Uploads implements LargeUploads {
  readonly leastPartBytes = 5 * 1024 * 1024;
  readonly mostParts = 10_000;
  readonly #connection: S3Connection;
  readonly #object: (key: string) => S3Object;
  readonly #settings: Settings;
  readonly #locks: ObjectLocks;

  constructor(connection: S3Connection, object: (key: string) => S3Object, settings: Settings, locks: ObjectLocks) {
    this.#connection = connection;
    this.#object = object;
    this.#settings = settings;
    this.#locks = locks;
  }

  async begin(key: string, options: { readonly lockUntil?: Date | undefined } = {}): Promise<string> {
    const { client, bucket, key: name } = this.#object(key);
    return this.#trying(key, async () => {
      const settings = this.#settings(key, options.lockUntil);
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket: bucket, Key: name, ...settings }),
      );
      if (UploadId === undefined) throw new Error('UploadIdMissing');
      return UploadId;
    });
  }

  async writePart({ key, id }: LargeUpload, number: number, bytes: Uint8Array): Promise<UploadedPart> {
    const { client, bucket, key: name } = this.#object(key);
    return this.#trying(key, async () => {
      const { ETag } = await client.send(
        new UploadPartCommand({
          Bucket: bucket,
          Key: name,
          UploadId: id,
          PartNumber: number,
          Body: bytes,
          ContentLength: bytes.length,
        }),
      );
      if (ETag === undefined) throw named('MarkMissing');
      return { number, sizeBytes: bytes.length, mark: withoutQuotes(ETag) };
    });
  }

  async listParts({ key, id }: LargeUpload): Promise<UploadedPart[] | undefined> {
    const parts: UploadedPart[] = [];
    try {
      for (let marker: string | undefined, isLast = false, pages = 0; !isLast; pages += 1) {
        if (pages > mostPages || parts.length > this.mostParts) throw named('ListWithoutEnd');
        const page = await this.#partsAfter(key, id, marker);
        for (const { PartNumber = 0, Size = 0, ETag = '' } of page.Parts ?? []) {
          parts.push({ number: PartNumber, sizeBytes: Size, mark: withoutQuotes(ETag) });
        }
        marker = page.NextPartNumberMarker;
        isLast = page.IsTruncated !== true || marker === undefined;
      }
      return parts;
    } catch (error) {
      const failure = s3Failure(error, this.#connection.destination.name, key);
      if (isFailure(failure, 'not-found')) return undefined;
      throw failure;
    }
  }

  #partsAfter(key: string, id: string, marker: string | undefined) {
    const { client, bucket, key: name } = this.#object(key);
    const place = { Bucket: bucket, Key: name, UploadId: id };
    return client.send(
      new ListPartsCommand({ ...place, ...(marker === undefined ? {} : { PartNumberMarker: marker }) }),
    );
  }

  async complete(upload: LargeUpload, parts: readonly UploadedPart[]): Promise<void> {
    const { client, bucket, key: name } = this.#object(upload.key);
    const sorted = parts.toSorted((left, right) => left.number - right.number);
    try {
      await client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: name,
          UploadId: upload.id,
          MultipartUpload: { Parts: sorted.map(({ number, mark }) => ({ PartNumber: number, ETag: `"${mark}"` })) },
        }),
      );
    } catch (error) {
      const failure = s3Failure(error, this.#connection.destination.name, upload.key);
      if (!isFailure(failure, 'not-found')) throw failure; // else it may have been completed before
    }
    await this.#confirmSize(upload.key, sorted);
    const { ObjectLockRetainUntilDate: until } = this.#settings(upload.key, undefined);
    if (until !== undefined) await this.#locks.lock(upload.key, until);
  }

  async abort({ key, id }: LargeUpload): Promise<void> {
    const { client, bucket, key: name } = this.#object(key);
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId: id }));
    } catch (error) {
      const failure = s3Failure(error, this.#connection.destination.name, key);
      if (!isFailure(failure, 'not-found')) throw failure;
    }
  }

  /** An answer of success proves nothing. */
  async #confirmSize(key: string, parts: readonly UploadedPart[]): Promise<void> {
    const { client, bucket, key: name } = this.#object(key);
    const wanted = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const { ContentLength } = await this.#trying(key, () =>
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: name })),
    );
    if (ContentLength === wanted) return;
    const problem = `${key} has ${ContentLength ?? 0} bytes instead of ${wanted}`;
    throw new Failure('destination-refused', { destination: this.#connection.destination.name, problem });
  }

  async #trying<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw s3Failure(error, this.#connection.destination.name, key);
    }
  }
}

function withoutQuotes(mark: string): string {
  return mark.replaceAll('"', '');
}
