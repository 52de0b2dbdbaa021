import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { ObjectStore, StoredObject, WriteOptions } from '../contracts/object-store.ts';
import type { Place } from '../contracts/place.ts';
import type { Clock } from '../contracts/clock.ts';
import { locationOf } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { named } from './s3-answer-guard.ts';
import { readStretch, type S3Object } from './s3-body.ts';
import type { S3Connection } from './s3-client.ts';
import { conditionalFailure, s3Failure, statusOf } from './s3-failure.ts';
import { S3Locks } from './s3-locks.ts';
import { S3Uploads } from './s3-uploads.ts';

/** More than any repository has: some hundred megabytes of names. */
const mostListed = 2_000_000;
/** As if every page held so many: pages without anything are counted too. */
const leastListed = 100;

/** Objects below `folder` of a bucket, named as restic's S3 backend names them. A write that was interrupted leaves nothing. */
export function openS3Place(connection: S3Connection, folder: string, clock: Clock): Place {
  const store = new S3Store(connection, folder, clock);
  return {
    store,
    listFolders: () => store.listFolders(),
    writeNew: (key, bytes) => store.writeNew(key, bytes),
    writtenAt: (key) => store.writtenAt(key),
    dropEmptyFolders: () => Promise.resolve(),
    locks: connection.destination.lock === undefined ? undefined : store.locks,
    uploads: new S3Uploads(
      connection,
      (key) => store.object(key),
      (key, until) => store.settings(key, until),
      store.locks,
    ),
    close() {}, // connections are shared; idle ones hold nobody
  };
}

class S3Store implements ObjectStore {
  readonly location: string;
  readonly locks: S3Locks;
  readonly #connection: S3Connection;
  readonly #root: string;
  readonly #clock: Clock;

  constructor(connection: S3Connection, folder: string, clock: Clock) {
    const { destination } = connection;
    this.location = locationOf({ destination, folder });
    this.#connection = connection;
    this.#root = [destination.prefix, folder]
      .filter((part) => part !== '')
      .map((part) => `${part}/`)
      .join('');
    this.#clock = clock;
    this.locks = new S3Locks(connection, (key) => this.object(key));
  }

  object(key: string): S3Object {
    if (key === '' || key.startsWith('/') || key.split('/').some((part) => part === '..' || part === '')) {
      throw new RangeError(`not a key: ${key}`);
    }
    const { client, destination } = this.#connection;
    const { name, bucket } = destination;
    return { client, destination: name, bucket, key: this.#root + key, shownKey: key };
  }

  async write(key: string, bytes: Uint8Array, options?: WriteOptions): Promise<void> {
    await this.#trying(key, () => this.#put(key, bytes, options));
  }

  async writeNew(key: string, bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#put(key, bytes, undefined, '*');
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status === 412) return false;
      throw conditionalFailure(error, this.#connection.destination.name, key);
    }
  }

  read(key: string): Promise<Buffer> {
    return readStretch(this.object(key), { offset: 0, length: undefined });
  }

  async readRange(key: string, offset: number, length: number, target?: Buffer): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    return readStretch(this.object(key), { offset, length }, target);
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    for await (const { objects } of this.#pages(prefix, undefined)) for (const object of objects) found.push(object);
    return found;
  }

  async listFolders(): Promise<string[]> {
    const names: string[] = [];
    for await (const { folders } of this.#pages('', '/')) names.push(...folders);
    return names;
  }

  writtenAt(key: string): Promise<Date> {
    const { client, bucket, key: name } = this.object(key);
    return this.#trying(key, async () => {
      const { LastModified } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: name }));
      return LastModified ?? new Date(0);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#trying(key, async () => {
      const isKept = this.#connection.destination.lock !== undefined && isLockable(key);
      return isKept ? this.#removeVersions(key) : this.#delete(key);
    });
  }

  /** Uploads are ended by who began them: what else is there may be another's. */
  async listUnfinished(): Promise<StoredObject[]> {
    return [];
  }

  /** How an object is kept. @param until default: as long as the rule of the destination says. */
  settings(key: string, until?: Date): Partial<PutObjectCommandInput> {
    const { storageClass, encryption, lock } = this.#connection.destination;
    const lockUntil = until ?? this.#usualLock();
    return {
      ...(storageClass === undefined || !isLockable(key) ? {} : { StorageClass: storageClass as 'STANDARD' }),
      ...(encryption.kind === 's3' ? { ServerSideEncryption: 'AES256' as const } : {}),
      ...(encryption.kind === 'kms' ? { ServerSideEncryption: 'aws:kms' as const } : {}),
      ...(encryption.kind === 'kms' && encryption.key !== undefined ? { SSEKMSKeyId: encryption.key } : {}),
      ...(lock === undefined || lockUntil === undefined || !isLockable(key)
        ? {}
        : {
            ObjectLockMode: lock.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
            ObjectLockRetainUntilDate: lockUntil,
          }),
    };
  }

  #usualLock(): Date | undefined {
    const { lock } = this.#connection.destination;
    return lock === undefined ? undefined : new Date(this.#clock.now().getTime() + lock.days * 86_400_000);
  }

  async #put(key: string, bytes: Uint8Array, options?: WriteOptions, ifNoneMatch?: string): Promise<void> {
    const { client, bucket, key: name } = this.object(key);
    const settings = this.settings(key, options?.lockUntil);
    const isLocked = settings.ObjectLockRetainUntilDate !== undefined;
    const { ETag } = await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: name,
        Body: bytes,
        ContentLength: bytes.length,
        ...(isLocked ? { ContentMD5: createHash('md5').update(bytes).digest('base64') } : {}),
        ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
        ...settings,
      }),
    );
    if (ETag === undefined) throw named('MarkMissing'); // a success that says nothing of an object is none
    if (isLocked) await this.locks.confirm(key, settings.ObjectLockRetainUntilDate ?? new Date(0));
  }

  async #delete(key: string, version?: string): Promise<void> {
    const { client, bucket, key: name } = this.object(key);
    await client.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: name, ...(version === undefined ? {} : { VersionId: version }) }),
    );
  }

  /** Without a version the bucket would only hide the object and keep all of it. */
  async #removeVersions(key: string): Promise<void> {
    const { client, bucket, key: name } = this.object(key);
    const until = await this.locks.lockedUntil(key).catch(() => undefined);
    if (until !== undefined && until > this.#clock.now()) {
      throw new Failure('destination-locked', { destination: this.location, object: key, until: until.toISOString() });
    }
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: name }),
    );
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      if (Key === name) await this.#delete(key, VersionId);
    }
  }

  async *#pages(prefix: string, delimiter: string | undefined) {
    let left = mostListed;
    for (let token: string | undefined, isLast = false; !isLast;) {
      const page = await this.#trying(prefix, () => this.#page(prefix, delimiter, token));
      const listed = this.#toPage(page);
      left -= Math.max(leastListed, listed.objects.length + listed.folders.length);
      if (left < 0) throw s3Failure(named('ListWithoutEnd'), this.#connection.destination.name, prefix);
      yield listed;
      token = page.NextContinuationToken;
      isLast = page.IsTruncated !== true;
    }
  }

  /** A part of a list that is one, and leads on. */
  async #page(prefix: string, delimiter: string | undefined, token: string | undefined) {
    const { client, destination } = this.#connection;
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: destination.bucket,
        Prefix: this.#root + prefix,
        ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    const { IsTruncated, NextContinuationToken } = page;
    if (IsTruncated === undefined) throw named('NoList');
    if (IsTruncated && (NextContinuationToken === undefined || NextContinuationToken === token))
      throw named('ListWithoutEnd');
    return page;
  }

  #toPage(page: {
    readonly Contents?:
      | readonly { readonly Key?: string | undefined; readonly Size?: number | undefined }[]
      | undefined;
    readonly CommonPrefixes?: readonly { readonly Prefix?: string | undefined }[] | undefined;
  }): { objects: StoredObject[]; folders: string[] } {
    const inside = (name = ''): string => name.slice(this.#root.length);
    const own = (page.Contents ?? []).filter(({ Key = '' }) => Key.startsWith(this.#root));
    const objects = own.map(({ Key, Size = 0 }) => ({ key: inside(Key), sizeBytes: Size }));
    const folders = (page.CommonPrefixes ?? []).map(({ Prefix }) => inside(Prefix).replace(/\/$/, ''));
    return { objects: objects.filter(({ key }) => key !== ''), folders };
  }

  async #trying<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw s3Failure(error, this.#connection.destination.name, key);
    }
  }
}

/** Locks of restic come and go. */
function isLockable(key: string): boolean {
  return !key.startsWith('locks/');
}
