import { S3Client } from '@aws-sdk/client-s3';
import type { S3Destination } from '../domain/destination.ts';
import { guardAnswers } from './s3-answer-guard.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

export interface S3Timeouts {
  readonly connectMilliseconds: number;
  /** Without a byte in either direction; and twice that with next to none. */
  readonly idleMilliseconds: number;
  /** From the first byte of a request to its answer. */
  readonly answerMilliseconds: number;
}

/** The client's own are none: it would wait for ever. */
export const usualTimeouts: S3Timeouts = {
  connectMilliseconds: 10_000,
  idleMilliseconds: 30_000,
  answerMilliseconds: 600_000,
};

export interface S3Connection {
  readonly destination: S3Destination;
  readonly client: S3Client;
}

/** @param authorities certificates in PEM to believe besides the usual ones. */
export function connectS3(
  destination: S3Destination,
  credentials: S3Credentials,
  authorities: readonly string[] | undefined,
  timeouts: S3Timeouts = usualTimeouts,
): S3Connection {
  const checksums = destination.checksums === 'when-supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const agent = { keepAlive: true, maxSockets: destination.limits.parallel * 2 };
  const client = new S3Client({
    endpoint: destination.endpoint,
    region: destination.region,
    forcePathStyle: destination.pathStyle,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
    },
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: 1, // `withRetry` repeats
    followRegionRedirects: false,
    requestHandler: {
      connectionTimeout: timeouts.connectMilliseconds,
      socketTimeout: timeouts.idleMilliseconds,
      requestTimeout: timeouts.answerMilliseconds,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: authorities === undefined ? agent : { ...agent, ca: [...authorities] },
    },
  });
  guardAnswers(client, timeouts.idleMilliseconds);
  return { destination, client };
}
