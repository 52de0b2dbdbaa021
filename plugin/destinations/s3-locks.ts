import { DeleteObjectCommand, HeadObjectCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import type { ObjectLocks } from '../contracts/place.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { S3Object } from './s3-body.ts';
import type { S3Connection } from './s3-client.ts';
import { s3Failure } from './s3-failure.ts';

/** Object lock. Some servers take the order and lock nothing, so each lock is read back. */
export class S3Locks implements ObjectLocks {
  readonly #connection: S3Connection;
  readonly #object: (key: string) => S3Object;

  constructor(connection: S3Connection, object: (key: string) => S3Object) {
    this.#connection = connection;
    this.#object = object;
  }

  async lockedUntil(key: string): Promise<Date | undefined> {
    const { client, bucket, key: name } = this.#object(key);
    return this.#trying(key, async () => {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: name }));
      return head.ObjectLockMode === undefined ? undefined : head.ObjectLockRetainUntilDate;
    });
  }

  async lock(key: string, until: Date): Promise<void> {
    const { client, bucket, key: name } = this.#object(key);
    const mode = this.#connection.destination.lock?.mode === 'governance' ? 'GOVERNANCE' : 'COMPLIANCE';
    const now = await this.lockedUntil(key);
    if (now !== undefined && now >= until) return;
    await this.#trying(key, () =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket: bucket,
          Key: name,
          Retention: { Mode: mode, RetainUntilDate: until },
        }),
      ),
    );
    await this.confirm(key, until);
  }

  async tryDestroy(key: string): Promise<boolean> {
    const { client, bucket, key: name } = this.#object(key);
    const { VersionId } = await this.#trying(key, () =>
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: name })),
    );
    const version = VersionId === undefined ? {} : { VersionId };
    try {
      await client.send(
        new DeleteObjectCommand({ Bucket: bucket, Key: name, BypassGovernanceRetention: true, ...version }),
      );
      return true;
    } catch (error) {
      const failure = s3Failure(error, this.#connection.destination.name, key);
      if (isFailure(failure, 'destination-refused')) return false;
      throw failure;
    }
  }

  /** @throws {Failure} `destination-refused` unless the object is locked until then; servers keep whole seconds. */
  async confirm(key: string, until: Date): Promise<void> {
    const found = await this.lockedUntil(key);
    if (found !== undefined && found.getTime() >= Math.floor(until.getTime() / 1000) * 1000) return;
    const problem = `it does not lock what is stored (${key})`;
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
