/** Opens places, whatever their destination; also in threads. Wiring only. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ObjectStore } from './contracts/object-store.ts';
import type { Place } from './contracts/place.ts';
import type { UploadLog } from './contracts/upload-log.ts';
import { locationOf, type RemoteLimits, type RepositoryPlace, type S3Destination } from './domain/destination.ts';
import type { SftpDestination } from './domain/destination.ts';
import { openLocalPlace } from './destinations/local.ts';
import type { S3Connection } from './destinations/s3-client.ts';
import type { SftpConnection } from './destinations/sftp-connection.ts';
import type { Bandwidth } from './destinations/with-bandwidth-limit.ts';
import type { Gate } from './destinations/with-parallelism.ts';
import { systemClock } from './platform/clock.ts';

/** @throws {Failure} `key-unusable`, `state-unsafe` when the credentials cannot be used; nothing is asked of the place yet. */
export async function openPlace(place: RepositoryPlace): Promise<Place> {
  const { destination } = place;
  if (destination.kind === 'local') return openLocalPlace(locationOf(place));
  const bare = destination.kind === 's3' ? await openS3(destination, place) : await openSftp(destination, place);
  return wrap(bare, place, destination.limits);
}

/** As `openPlace`; uploads in parts are written down, so that those of a process that dies are ended by the next. */
export async function openRecordedPlace(place: RepositoryPlace, log: UploadLog): Promise<Place> {
  const opened = await openPlace(place);
  if (opened.uploads === undefined) return opened;
  return (await import('./destinations/with-recorded-uploads.ts')).withRecordedUploads(opened, place, log);
}

export async function openStore(place: RepositoryPlace): Promise<ObjectStore> {
  return (await openPlace(place)).store;
}

/** What all places at one destination share in this thread: connections, and how much may be on its way. */
interface Line {
  readonly s3: S3Connection | undefined;
  readonly gate: Gate;
  readonly sending: Bandwidth | undefined;
  readonly receiving: Bandwidth | undefined;
}

const lines = new Map<string, Promise<Line>>();

/** Who comes while it is opened gets the same one; one that could not be opened is tried anew by the next. */
function lineOf(key: string, limits: RemoteLimits, connect: () => Promise<S3Connection | undefined>): Promise<Line> {
  const known = lines.get(key);
  if (known !== undefined) return known;
  const opening = openLine(limits, connect);
  lines.set(key, opening);
  opening.catch(() => lines.delete(key));
  return opening;
}

async function openLine(
  { bytesPerSecond, parallel }: RemoteLimits,
  connect: () => Promise<S3Connection | undefined>,
): Promise<Line> {
  const [{ Gate }, { Bandwidth }] = await Promise.all([
    import('./destinations/with-parallelism.ts'),
    import('./destinations/with-bandwidth-limit.ts'),
  ]);
  const pace = { elapsedMilliseconds: () => systemClock.elapsedMilliseconds(), wait: (time: number) => wait(time) };
  const bandwidth = (): Bandwidth | undefined =>
    bytesPerSecond === undefined ? undefined : new Bandwidth(bytesPerSecond, pace);
  return { s3: await connect(), gate: new Gate(parallel), sending: bandwidth(), receiving: bandwidth() };
}

async function openS3(destination: S3Destination, { folder }: RepositoryPlace): Promise<Place> {
  const [{ connectS3 }, { openS3Place }, { readKey, readS3Credentials }] = await Promise.all([
    import('./destinations/s3-client.ts'),
    import('./destinations/s3.ts'),
    import('./platform/s3-credentials.ts'),
  ]);
  const credentials = readS3Credentials(destination.credentialsFile);
  const { authorityFile } = destination;
  const key = keyOf({ destination, credentials });
  const line = await lineOf(key, destination.limits, async () => {
    const { rootCertificates } = await import('node:tls');
    const own = authorityFile === undefined ? undefined : readKey(authorityFile).toString('utf8');
    return connectS3(destination, credentials, own === undefined ? undefined : [...rootCertificates, own]);
  });
  if (line.s3 === undefined) throw new Error('an S3 destination has a connection');
  return openS3Place(line.s3, folder, systemClock);
}

async function openSftp(destination: SftpDestination, { folder }: RepositoryPlace): Promise<Place> {
  const [{ SftpConnection }, { openSftpPlace }, { readKey }] = await Promise.all([
    import('./destinations/sftp-connection.ts'),
    import('./destinations/sftp.ts'),
    import('./platform/s3-credentials.ts'),
  ]);
  const privateKey = readKey(destination.keyFile);
  const key = keyOf({ destination, key: createHash('sha256').update(privateKey).digest('hex') });
  let connection = sftpConnections.get(key);
  connection ??= new SftpConnection(destination, privateKey);
  sftpConnections.set(key, connection);
  await lineOf(keyOf(destination), destination.limits, async () => undefined);
  return openSftpPlace(connection, folder);
}

const sftpConnections = new Map<string, SftpConnection>();

function keyOf(parts: object): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const retryRule = {
  attempts: 6,
  baseMilliseconds: 250,
  mostMilliseconds: 20_000,
  wait: (milliseconds: number) => wait(milliseconds),
  random: () => Math.random(),
};

async function wrap(bare: Place, place: RepositoryPlace, limits: RemoteLimits): Promise<Place> {
  const { destination, cacheFolder, asksAnew } = place;
  const [{ withRetry }, { withParallelism }, { withBandwidthLimit }, line] = await Promise.all([
    import('./destinations/with-retry.ts'),
    import('./destinations/with-parallelism.ts'),
    import('./destinations/with-bandwidth-limit.ts'),
    lineOf(keyOf(destination), limits, async () => undefined),
  ]);
  const { gate, sending, receiving } = line;
  const paced =
    sending === undefined || receiving === undefined ? bare.store : withBandwidthLimit(bare.store, sending, receiving);
  const retried = withRetry({ ...bare, store: withParallelism(paced, gate) }, retryRule);
  if (cacheFolder === undefined || limits.cacheBytes === 0) return retried;
  const [{ withReadCache }, { BlockCache }] = await Promise.all([
    import('./destinations/with-read-cache.ts'),
    import('./destinations/block-cache.ts'),
  ]);
  return { ...retried, store: withReadCache(retried.store, new BlockCache(cacheFolder, limits.cacheBytes), asksAnew) };
}
