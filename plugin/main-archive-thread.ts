/** A thread that backs up accounts, one after another, or helps another such thread. Wiring only. */
import { randomInt } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { ArchiveOrder, ArchiveOutcome } from './contracts/archive-pool.ts';
import { archiveHome } from './engine/archiver.ts';
import { consumeRing, RingProducer, type RingSink } from './engine/blob-ring.ts';
import { IndexWriter } from './engine/index-writer.ts';
import { sealKeyFromBytes } from './engine/master-key.ts';
import { PackWriter } from './engine/pack-writer.ts';
import { lockRepository } from './engine/repository-lock.ts';
import { Repository } from './engine/repository.ts';
import { WalkChanges, type ChangesSince } from './engine/walk-changes.ts';
import { Workspace } from './engine/workspace.ts';
import { openStore } from './main-open-store.ts';
import { openStreams } from './main-streams.ts';
import { describeError, type ThreadAnswer, type ThreadData, type ThreadRequest } from './platform/archive-threads.ts';
import { systemClock } from './platform/clock.ts';
import { thisLocker } from './platform/locker.ts';
import { openSystem } from './platform/open-native.ts';
import { readOwnerNames } from './platform/owner-names.ts';
import { openScratchFiles } from './platform/scratch-files.ts';

const port = parentPort;
if (port === null) throw new Error('this file is started as a thread');
const { ring, programVersion } = workerData as ThreadData;
const { codec, files } = await openSystem();
const workspace = new Workspace(codec);
const owners = readOwnerNames();
const locker = thisLocker();
let current = new AbortController();

port.on('message', (request: ThreadRequest) => {
  if (request.kind === 'cancel') current.abort();
  else void answer(request.kind === 'archive' ? archive(request) : help(request));
});

async function answer(work: Promise<ThreadAnswer>): Promise<void> {
  try {
    port?.postMessage(await work);
  } catch (error) {
    port?.postMessage({ kind: 'failed', ...describeError(error) } satisfies ThreadAnswer);
  } finally {
    workspace.releaseLarge();
  }
}

async function archive(request: Extract<ThreadRequest, { kind: 'archive' }>): Promise<ThreadAnswer> {
  current = new AbortController();
  const producer = new RingProducer(ring, request.number);
  const repository = await openRepository(request.order);
  const lock = await lockRepository(repository, false, locker);
  const changes = request.order.catalog === undefined ? undefined : new WalkChanges();
  try {
    const outcome = await backUp(request.order, repository, producer, changes);
    await producer.finish().catch(() => undefined); // nobody helps with the catalog
    const catalogFailure = await enterIntoCatalog(request.order, repository, outcome, changes?.result());
    return { kind: 'done', outcome: { ...outcome, catalogFailure } };
  } finally {
    await producer.finish().catch(() => undefined); // a helper of a failed backup must not wait for ever
    await lock.release();
  }
}

/**
 * Where nothing was stored it costs less to add the restore point when somebody asks. @returns a failure's code, when
 * there was one.
 */
async function enterIntoCatalog(
  { catalog }: ArchiveOrder,
  repository: Repository,
  { bytesAdded, snapshotId }: ArchiveOutcome,
  changes: ChangesSince | undefined,
): Promise<string | undefined> {
  if (catalog === undefined || bytesAdded === 0) return undefined;
  const [{ keepCatalog }, { openCatalogs }] = await Promise.all([
    import('./actions/keep-catalog.ts'),
    import('./database/catalog/open-catalogs.ts'),
  ]);
  const tools = { catalogs: openCatalogs(catalog.folder), locker, backedUp: { snapshotId, changes } };
  return keepCatalog(tools, { repository, generation: catalog.generation, name: '' }, current.signal);
}

async function backUp(
  order: ArchiveOrder,
  repository: Repository,
  helper: RingProducer,
  changes: WalkChanges | undefined,
): Promise<ArchiveOutcome> {
  const { databases = [], redis = [], time } = order;
  const streams = await openStreams({ databases, redis, now: () => time ?? systemClock.now() });
  const job = {
    repository,
    streams,
    ownerUid: order.ownerUid,
    owners,
    hostname: locker.hostname,
    username: locker.username,
    tags: order.tags,
    programVersion,
    clock: systemClock,
    time: order.time,
    signal: current.signal,
    helper,
    look: order.look === undefined ? undefined : { ...order.look, random: () => randomInt(2 ** 32) / 2 ** 32 },
    onProgress: (fileCount: number, bytes: number) =>
      port?.postMessage({ kind: 'progress', files: fileCount, bytes } satisfies ThreadAnswer),
  };
  if (order.withHome === false) return (await import('./engine/archive-streams.ts')).archiveStreams(job);
  return archiveHome({
    ...job,
    files,
    home: order.home,
    trustedUids: order.trustedUids,
    paths: toBuffers(order.paths),
    folders: toBuffers(order.folders ?? []),
    caches: openScratchFiles(order.cacheFolder),
    ...(changes === undefined ? {} : { changes }),
  });
}

/** Buffers arrive from another thread as plain bytes. */
function toBuffers(paths: readonly (readonly Uint8Array[])[]): Buffer[][] {
  return paths.map((path) => path.map((part) => Buffer.from(part)));
}

async function help(request: Extract<ThreadRequest, { kind: 'help' }>): Promise<ThreadAnswer> {
  const repository = await openRepository(request.order);
  const index = new IndexWriter((json) => repository.saveUnpacked('index', json));
  const packs = new PackWriter(repository, 'data', (pack) => index.add(pack));
  const sink: RingSink = {
    add(blob, source, length) {
      packs.add(blob, source, 0, length);
      return packs.mustWait ? packs.ready() : undefined;
    },
    async finish() {
      await packs.finish();
      await index.flush();
    },
    get storedBytes() {
      return packs.storedBytes;
    },
  };
  await consumeRing(request.ring, request.number, sink, (size) => workspace.borrow(size));
  return { kind: 'helped' };
}

async function openRepository({ place, masterKey }: ArchiveOrder): Promise<Repository> {
  return Repository.open(await openStore(place), workspace, sealKeyFromBytes(Buffer.from(masterKey)));
}
