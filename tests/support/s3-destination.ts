import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Destination } from '../../plugin/domain/destination.ts';
import type { PrivateRadosgw } from './radosgw.ts';

/** A destination at the test's own server. */
export function s3Destination(
  server: PrivateRadosgw,
  bucket: string,
  changes: Partial<S3Destination> = {},
): S3Destination {
  return {
    name: 'cloud',
    role: 'secondary',
    country: undefined,
    provider: undefined,
    kind: 's3',
    preset: 'ceph',
    endpoint: server.endpoint,
    region: 'default',
    bucket,
    prefix: '',
    pathStyle: true,
    credentialsFile: '/nonexistent',
    authorityFile: undefined,
    checksums: 'when-required',
    storageClass: undefined,
    encryption: { kind: 'none' },
    lock: undefined,
    limits: { bytesPerSecond: undefined, parallel: 8, cacheBytes: 0 },
    ...changes,
  };
}

/** The server's own client, for what Larder never does. */
export function plainClient(server: PrivateRadosgw): S3Client {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return new S3Client({
    endpoint,
    region: 'default',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

export async function makeBucket(server: PrivateRadosgw, bucket: string, hasLock = false): Promise<void> {
  const settings = hasLock ? { ObjectLockEnabledForBucket: true } : {};
  await plainClient(server).send(new CreateBucketCommand({ Bucket: bucket, ...settings }));
}
