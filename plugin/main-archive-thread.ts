/** A thread that backs up accounts, one after another, or helps another such thread. Wiring only. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ArchiveOrder, ArchiveOutcome } from './contracts/archive-pool.ts';
import { archiveHome } from './engine/archiver.ts';
import { consumeRing, RingProducer, type RingSink } from './engine/blob-ring.ts';
import { IndexWriter } from './engine/index-writer.ts';
import { sealKeyFromBytes } from './engine/master-key.ts';
import { PackWriter } from './engine/pack-writer.ts';
import { lockRepository } from './engine/repository-lock.ts';
import { Repository } from './engine/repository.ts';
import { Workspace } from './engine/workspace.ts';
import { openLocalStore } from './destinations/local.ts';
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
  }
}

async function archive(request: Extract<ThreadRequest, { kind: 'archive' }>): Promise<ThreadAnswer> {
  current = new AbortController();
  const producer = new RingProducer(ring, request.number);
  const repository = await openRepository(request.order);
  const lock = await lockRepository(repository, false, locker);
  try {
    return { kind: 'done', outcome: await backUp(request.order, repository, producer) };
  } finally {
    await producer.finish().catch(() => undefined); // a helper of a failed backup must not wait for ever
    await lock.release();
  }
}

function backUp(order: ArchiveOrder, repository: Repository, helper: RingProducer): Promise<ArchiveOutcome> {
  return archiveHome({
    repository,
    files,
    home: order.home,
    ownerUid: order.ownerUid,
    trustedUids: order.trustedUids,
    owners,
    paths: order.paths.map((path) => path.map((part) => Buffer.from(part))),
    hostname: locker.hostname,
    username: locker.username,
    tags: order.tags,
    programVersion,
    caches: openScratchFiles(order.cacheFolder),
    clock: systemClock,
    signal: current.signal,
    helper,
    onProgress: (fileCount, bytes) =>
      port?.postMessage({ kind: 'progress', files: fileCount, bytes } satisfies ThreadAnswer),
  });
}

async function help(request: Extract<ThreadRequest, { kind: 'help' }>): Promise<ThreadAnswer> {
  const repository = await openRepository(request.order);
  const index = new IndexWriter((json) => repository.saveUnpacked('index', json));
  const packs = new PackWriter(repository, 'data', (pack) => index.add(pack));
  const sink: RingSink = {
    add(id, source, length) {
      packs.add(id, source, 0, length);
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

function openRepository(order: ArchiveOrder): Promise<Repository> {
  return Repository.open(openLocalStore(order.location), workspace, sealKeyFromBytes(Buffer.from(order.masterKey)));
}
