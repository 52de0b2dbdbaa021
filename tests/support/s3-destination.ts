import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
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

/**
 * Lets the user `night` list, read and write, and delete what is named: as docs/how-to/keep-copies-elsewhere.md says.
 * @param deletable what of the bucket, with stars.
 */
export async function permitNight(server: PrivateRadosgw, bucket: string, deletable: readonly string[]): Promise<void> {
  const all = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const may = (Action: readonly string[], Resource: readonly string[], user = 'night'): object => {
    return { Effect: 'Allow', Principal: { AWS: [`arn:aws:iam:::user/${user}`] }, Action, Resource };
  };
  const Statement = [
    may(['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], all),
    may(['s3:*'], all, 't'), // at Ceph objects are theirs who wrote them, whosever the bucket is
    ...(deletable.length === 0 ? [] : [may(['s3:DeleteObject'], deletable)]),
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await plainClient(server).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}
