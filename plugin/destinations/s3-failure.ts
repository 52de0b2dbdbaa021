import { Failure } from '../domain/failure.ts';

/** What an S3 request that failed means. @param key relative to the store, or empty. */
export function s3Failure(error: unknown, destination: string, key: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const { name } = error;
  const status = statusOf(error);
  const options = { cause: error };
  if (isMissing(name, status)) return new Failure('not-found', { path: key }, options);
  if (isFull(name, status)) return new Failure('no-space', { path: destination }, options);
  const problem = describe(error, status);
  if (isRefusal(name, status)) return new Failure('destination-refused', { destination, problem }, options);
  return new Failure('destination-unreachable', { destination, problem }, options);
}

/**
 * What a conditional write that failed means. Where several write the same object at the same moment S3 says 409, with the
 * advice to try again (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html), and Ceph may say
 * that there is no such object: neither tells whether another one stored it.
 */
export function conditionalFailure(error: unknown, destination: string, key: string): unknown {
  if (!(error instanceof Error) || error.name !== 'NoSuchKey') return s3Failure(error, destination, key);
  const problem = 'others write the same at this moment';
  return new Failure('destination-unreachable', { destination, problem }, { cause: error });
}

export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata: unknown = error.$metadata;
  const hasStatus = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
  return hasStatus && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

function isMissing(name: string, status: number | undefined): boolean {
  return name === 'NoSuchKey' || name === 'NotFound' || (status === 404 && name !== 'NoSuchBucket');
}

const fullNames: ReadonlySet<string> = new Set([
  'QuotaExceeded',
  'InsufficientCapacity',
  'XMinioStorageFull',
  'InsufficientStorage',
]);

function isFull(name: string, status: number | undefined): boolean {
  return status === 507 || fullNames.has(name);
}

/** Asking again would be answered the same. 408 and 429 are no refusals, nor is a conflict between writers. */
function isRefusal(name: string, status: number | undefined): boolean {
  if (name === 'SlowDown' || name === 'RequestTimeout' || status === undefined) return name === 'CERT_HAS_EXPIRED';
  return status >= 300 && status < 500 && status !== 408 && status !== 416 && status !== 429 && status !== 409;
}

const problems: { readonly [name: string]: string } = {
  ExpiredToken: 'the token has expired',
  RequestTimeTooSkewed: "this server's clock and the destination's differ too much",
  AccessDenied: 'access is denied',
  InvalidAccessKeyId: 'it does not know the access key',
  SignatureDoesNotMatch: 'the secret key is wrong',
  NoSuchBucket: 'there is no such bucket',
  SlowDown: 'it asks to slow down',
  TooSlow: 'it answers too slowly',
  AnswerTooLong: 'its answer has no end',
  ListWithoutEnd: 'its list has no end',
  NoList: 'it answers with something else than a list',
  MarkMissing: 'it does not say that it stored anything',
};

/** A name and a status are enough: texts of servers may hold anything. */
function describe(error: Error, status: number | undefined): string {
  const known = problems[error.name];
  if (known !== undefined) return known;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return status === undefined ? plain(code) : `${plain(code)} (${status})`;
}

function plain(text: string): string {
  return text.replaceAll(/[^\w.-]/g, ' ').slice(0, 80);
}
