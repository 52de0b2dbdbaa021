/** A process of the worker's that performs requests: one job, or reading requests. Wiring only. */
import { closeSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { findAccount } from './actions/find-account.ts';
import { performRequest } from './actions/perform-request.ts';
import type { Performing, Services } from './actions/services.ts';
import { carryFailure } from './domain/carried-failure.ts';
import { Failure, isFailure } from './domain/failure.ts';
import { ReadShelf } from './engine/read-shelf.ts';
import { parseJobId } from './domain/job.ts';
import { openServices } from './main-services.ts';
import { loadConfiguration } from './platform/configuration.ts';
import { readEnvironment } from './platform/environment.ts';
import { openLog } from './platform/log.ts';
import { readingWord, streamDescriptor, type ChildAnswer, type ChildOrder } from './platform/work-child.ts';
import type { Request } from './protocol/requests.ts';

type PerformOrder = Extract<ChildOrder, { kind: 'perform' }>;

const writeAsync = promisify(write);
const environment = readEnvironment();
/** Indexes of a million blobs, or of some three hundred small accounts, and the restore points of some fifty. */
const shelfLimits = { indexBytes: 64 * 1024 * 1024, snapshots: 5000, treeBytes: 16 * 1024 * 1024 };
const isReader = process.argv.includes(readingWord);
let stop = new AbortController();
let opened: Promise<Services> | undefined;

/** The worker is gone: nobody holds the lease, and another may begin the same job at any moment. */
process.on('disconnect', () => process.exit(1));
/** Ctrl-C on a terminal reaches the whole group; the worker decides what becomes of its children. */
process.on('SIGINT', () => {}).on('SIGTERM', () => {});
process.on('message', (order: ChildOrder) => {
  if (order.kind === 'stop') stop.abort();
  else void answer(order);
});

/** Who asks does not wait for what can be made ready before; what goes wrong is told to who asks. */
if (isReader) ensureOpen().catch(() => {});

/** What could not be opened is tried again by the next who asks. */
function ensureOpen(): Promise<Services> {
  if (opened !== undefined) return opened;
  const opening = open();
  opened = opening;
  opening.catch(() => (opened = undefined));
  return opening;
}

async function answer(order: PerformOrder): Promise<void> {
  stop = new AbortController();
  const request = order.request as Request;
  try {
    const services = await ensureOpen();
    await refuseSuccessor(services, order.generation, request);
    const answered = await perform(services, request, order.jobId);
    if (order.streams) closeSync(streamDescriptor);
    tell({ kind: 'answer', answer: answered });
  } catch (error) {
    if (!isFailure(error)) openLog().error('request-broke', { request: request.kind, error });
    tell({ kind: 'failure', failure: carryFailure(error, request.kind) });
  }
}

async function open(): Promise<Services> {
  const { services } = await openServices({
    configuration: loadConfiguration(environment),
    programVersion: environment['LARDER_VERSION'] ?? '',
    isChild: true,
    hasWorker: true,
    threads: 0,
    ...(isReader && { shelf: new ReadShelf(shelfLimits) }),
  });
  return services;
}

/** Between the asking and now the account's name may have gone to another customer. */
async function refuseSuccessor(services: Services, generation: string | undefined, request: Request): Promise<void> {
  if (generation === undefined || !('account' in request) || request.account === undefined) return;
  const account = await findAccount(services, request.account);
  if (account.generation === generation) return;
  throw new Failure('unknown-account', { account: request.account, hint: 'larder accounts' });
}

async function perform(services: Services, request: Request, jobId: string | undefined): Promise<unknown> {
  const performing: Performing = {
    services,
    onProgress: (progress) => tell({ kind: 'progress', progress }),
    signal: stop.signal,
    jobId: jobId === undefined ? undefined : parseJobId(jobId),
  };
  if (request.kind !== 'download') return performRequest(performing, request);
  if (request.prepared !== undefined) {
    const { sendPrepared } = await import('./actions/prepare-download.ts');
    return sendPrepared(performing, { ...request, prepared: request.prepared }, sendBytes);
  }
  const { downloadPaths } = await import('./actions/download-paths.ts');
  return downloadPaths(performing, request, sendBytes);
}

/** The pipe takes what the reader has taken; until then the promise waits. */
async function sendBytes(bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    const { bytesWritten } = await writeAsync(streamDescriptor, bytes, sent);
    sent += bytesWritten;
  }
}

function tell(message: ChildAnswer): void {
  if (process.connected) process.send?.(message);
}
