/** Opens what actions work with. Wiring only. */
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openAlertMails } from './actions/mail-alerts.ts';
import type { Services, WriterTarget } from './actions/services.ts';
import type { Messenger } from './contracts/alerts.ts';
import type { ArchivePool } from './contracts/archive-pool.ts';
import type { AccountLock } from './contracts/plan-store.ts';
import type { TreeWriter } from './contracts/tree-writer.ts';
import type { UploadLog } from './contracts/upload-log.ts';
import type { Account } from './domain/account.ts';
import type { Configuration } from './domain/configuration.ts';
import { Failure } from './domain/failure.ts';
import { openArchiveServices } from './main-archives.ts';
import type { Metadata } from './database/open-metadata.ts';
import { openRecordedPlace, openStore } from './main-open-store.ts';
import { openCatalogs } from './database/catalog/open-catalogs.ts';
import { ringBytes } from './engine/blob-ring.ts';
import type { ReadShelf } from './engine/read-shelf.ts';
import { Workspace } from './engine/workspace.ts';
import { restoringServices } from './main-restorers.ts';
import { openPanel } from './panels/open-panel.ts';
import { openArchiveThreads } from './platform/archive-threads.ts';
import { startBlobThread } from './platform/blob-thread.ts';
import { systemClock } from './platform/clock.ts';
import { cronTimes } from './platform/cron-times.ts';
import { openCopyLedger } from './platform/copy-ledger.ts';
import { openDestinationTests } from './platform/destination-tests.ts';
import { areHardLinksProtected } from './platform/hard-link-protection.ts';
import { freeBytes, freeBytesAt } from './platform/free-bytes.ts';
import { silentLog } from './platform/silent-log.ts';
import { lockInstance } from './platform/instance-lock.ts';
import { openKeyStore } from './platform/key-store.ts';
import { openLocalCopyPolicies } from './platform/local-copy-policies.ts';
import { thisLocker } from './platform/locker.ts';
import { openOwnKeys } from './platform/own-keys.ts';
import { recoveryIdentities } from './platform/recovery-identities.ts';
import { openSpool } from './platform/spool.ts';
import { openSystem } from './platform/open-native.ts';
import { openDraftStore } from './platform/draft-store.ts';
import { thisMachine } from './platform/machine.ts';
import { openPlanStore } from './platform/plan-store.ts';
import { openSandboxes } from './platform/sandboxes.ts';
import { loadServerId } from './platform/server-id.ts';
import { openWebhook } from './platform/webhook.ts';
import { openSystemCopy } from './platform/system-copy.ts';
import { checkStateFolder } from './platform/state-folder.ts';
import { openUploadLog } from './platform/upload-log.ts';

export interface ServicesOptions {
  readonly configuration: Configuration;
  readonly programVersion: string;
  /** A child of the worker, which holds the instance lock and has brought the database to this version. */
  readonly isChild: boolean;
  /** Whether a worker takes up what is put into the queue. */
  readonly hasWorker: boolean;
  /** How many threads for backups to start at once. */
  readonly threads: number;
  /** Of a process that answers one question after the other: what it keeps of repositories in between. */
  readonly shelf?: ReadShelf;
}

/** Open services hold the instance lock until they are closed, unless they are a child's. */
export interface OpenServices {
  readonly services: Services;
  close(): Promise<void>;
}

/**
 * @throws {Failure} `state-unsafe`, `not-initialised`, `instance-running`, `metadata-unreachable`, `key-unusable`,
 * `system-unsupported`.
 */
export async function openServices(options: ServicesOptions): Promise<OpenServices> {
  const { state } = options.configuration;
  checkStateFolder(state);
  const lock = options.isChild ? { release() {} } : lockInstance(state, systemClock.now());
  try {
    const { services, metadata } = await assemble(options);
    return { services, close: () => closeAll([services.archivers.close(), metadata.close()], lock) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function assemble(options: ServicesOptions) {
  const { configuration, programVersion, threads } = options;
  const archivers = openArchivers(configuration.limits.parallel, programVersion);
  archivers.prepare(threads);
  try {
    return await assembleAround(archivers, options);
  } catch (error) {
    await archivers.close();
    throw error;
  }
}

/** Loads the rest while the threads start. */
async function assembleAround(archivers: ArchivePool, { configuration, isChild, hasWorker, shelf }: ServicesOptions) {
  const { state, panel, metadata: place } = configuration;
  const keys = openKeyStore(state);
  const serverId = await loadServerId(state);
  const [{ openMetadata }, { withRememberedAccounts }] = await Promise.all([
    import('./database/open-metadata.ts'),
    import('./database/with-remembered-accounts.ts'),
  ]);
  const metadata = await openMetadata({ metadata: place, server: serverId, migrates: !isChild });
  const { codec, files } = await openSystem();
  const uploadLog = openUploadLog(`${state}/uploads`);
  const services: Services = {
    configuration,
    serverId,
    clock: systemClock,
    panel: openPanel(panel),
    ...metadata,
    records: withRememberedAccounts(metadata.records),
    serverName: hostname(),
    messengers: openMessengers(configuration, metadata),
    sandboxes: openSandboxes(`${state}/drills`, configuration.proof.drills.uid),
    ...openTime(state, metadata),
    spool: openSpool(state),
    log: isChild ? (await import('./platform/log.ts')).openLog() : silentLog,
    hasWorker,
    catalogs: openCatalogs(`${state}/catalog`),
    keys,
    recoveryIdentities,
    locker: thisLocker(),
    workspace: new Workspace(codec, shelf),
    files,
    localCopyPolicies: openLocalCopyPolicies(state),
    plans: openPlanStore(state),
    drafts: openDraftStore(state),
    ...restoringServices(configuration),
    freeBytes,
    freeBytesAt,
    archivers,
    startBlobThread: (order, onEnd) => startBlobThread(new URL('./main-blob-thread.ts', import.meta.url), order, onEnd),
    randomSecret: () => randomBytes(32),
    hashSecret,
    ...openCopies(state, uploadLog),
    openArchiveZip: async (sink) => (await import('./archives/archiver-zip.ts')).openArchiverZip(sink),
    openZip: async (sink) => (await import('./archives/parallel-zip.ts')).openParallelZip(sink),
    openWriter,
    archives: openArchiveServices(configuration, uploadLog),
    ownKeys: openOwnKeys({ state, now: () => systemClock.now() }),
  };
  return { services, metadata };
}

/** What schedules stand on. */
function openTime(state: string, metadata: Metadata): Pick<Services, 'dueTimes' | 'machine' | 'systemCopy'> {
  const systemCopy = openSystemCopy({ state, copyMetadata: (folder) => metadata.copyTo(folder) });
  return { dueTimes: cronTimes, machine: thisMachine, systemCopy };
}

type CopyServices = Pick<Services, 'openStore' | 'openPlace' | 'copyLedger' | 'destinationTests' | 'uploadLog'>;

function openCopies(state: string, uploadLog: UploadLog): CopyServices {
  return {
    openStore,
    openPlace: (place) => openRecordedPlace(place, uploadLog),
    uploadLog,
    copyLedger: openCopyLedger(state),
    destinationTests: openDestinationTests(state),
  };
}

/** Where tenants may link to files of others, no root process may write for them (docs/decisions). */
async function openWriter(
  account: Account,
  folder: WriterTarget,
  lock?: AccountLock,
  after?: Promise<unknown>,
): Promise<TreeWriter> {
  if (process.getuid?.() === 0 && !areHardLinksProtected()) {
    const problem = 'the kernel does not protect hard links';
    throw new Failure('restore-refused', { problem, mend: 'sysctl -w fs.protected_hardlinks=1' });
  }
  const [{ openWriting }, { openAccountWriter }] = await Promise.all([
    import('./platform/open-writing.ts'),
    import('./sources/files/account-writer.ts'),
  ]);
  const program = fileURLToPath(new URL('./main-writer.ts', import.meta.url));
  return openAccountWriter(account, folder, { system: await openWriting(), program, lock, after });
}

function openMessengers({ proof }: Configuration, { outbox }: Metadata): Messenger[] {
  const { webhook, mail } = proof.alerts;
  const posted = webhook === undefined ? [] : [openWebhook(webhook)];
  const mailing = { ...mail, outbox, server: hostname(), hash: hashSecret };
  return mail.emails.length === 0 ? posted : [...posted, openAlertMails(mailing)];
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function openArchivers(size: number, programVersion: string): ArchivePool {
  return openArchiveThreads({
    script: new URL('./main-archive-thread.ts', import.meta.url),
    size,
    ringBytes,
    programVersion,
  });
}

async function closeAll(closing: readonly Promise<void>[], lock: { release(): void }): Promise<void> {
  await Promise.allSettled(closing);
  lock.release();
}
