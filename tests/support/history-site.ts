import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { Services } from '../../plugin/actions/services.ts';
import type { Clock } from '../../plugin/contracts/clock.ts';
import { openCatalogs } from '../../plugin/database/catalog/open-catalogs.ts';
import { openMetadata } from '../../plugin/database/open-metadata.ts';
import { ringBytes } from '../../plugin/engine/blob-ring.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { openPanel } from '../../plugin/panels/open-panel.ts';
import { openPlace, openStore } from '../../plugin/main-open-store.ts';
import { openArchiveThreads } from '../../plugin/platform/archive-threads.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { openCopyLedger } from '../../plugin/platform/copy-ledger.ts';
import { cronTimes } from '../../plugin/platform/cron-times.ts';
import { createKeys } from '../../plugin/platform/create-keys.ts';
import { openOwnKeys } from '../../plugin/platform/own-keys.ts';
import { openKeyStore } from '../../plugin/platform/key-store.ts';
import { recoveryIdentities } from '../../plugin/platform/recovery-identities.ts';
import { openUploadLog } from '../../plugin/platform/upload-log.ts';
import { silentLog } from '../../plugin/platform/silent-log.ts';
import { thisLocker } from '../../plugin/platform/locker.ts';
import { thisMachine } from '../../plugin/platform/machine.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';
import { freeBytesAt } from '../../plugin/platform/free-bytes.ts';
import { openPlanStore } from '../../plugin/platform/plan-store.ts';
import { openSandboxes } from '../../plugin/platform/sandboxes.ts';
import { loadServerId } from '../../plugin/platform/server-id.ts';
import { openSystemCopy } from '../../plugin/platform/system-copy.ts';
import { openSpool } from '../../plugin/platform/spool.ts';
import { createStateFolder } from '../../plugin/platform/state-folder.ts';
import type { Answer, Request } from '../../plugin/protocol/requests.ts';
import { isRoot } from './backup-site.ts';
import { makeInstallation } from './installation.ts';

/** Accounts `u1`, `u2` … whose history is asked for, in this process. */
export interface HistorySite {
  readonly folder: string;
  readonly homes: readonly string[];
  readonly services: Services;
  perform<Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    changes?: Partial<Services>,
  ): Promise<Answer<Kind>>;
  close(): Promise<void>;
}

/** @param folder an empty one. @param clock what the site takes the time to be. */
export async function openHistorySite(
  folder: string,
  accounts: number,
  clock: Clock = systemClock,
): Promise<HistorySite> {
  const { homes } = makeInstallation(folder, accounts);
  if (isRoot) for (const [index, home] of homes.entries()) chownSync(home, 20_001 + index, 20_001 + index);
  for (const home of homes) chmodSync(home, 0o711);
  createStateFolder(`${folder}/state`);
  await createKeys(`${folder}/state`);
  const opened = await openServices(folder, clock);
  const { services } = opened;
  return {
    folder,
    homes,
    services,
    close: () => opened.close(),
    perform(request, changes = {}) {
      const performing = {
        services: { ...services, ...changes },
        onProgress: () => {},
        signal: new AbortController().signal,
      };
      return performRequest(performing, request);
    },
  };
}

async function openServices(folder: string, clock: Clock): Promise<{ services: Services; close(): Promise<void> }> {
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const { state } = configuration;
  const serverId = await loadServerId(state);
  const metadata = await openMetadata({ metadata: configuration.metadata, server: serverId, migrates: true });
  const { codec, files } = await openSystem();
  const archivers = openArchiveThreads({
    script: new URL('../../plugin/main-archive-thread.ts', import.meta.url),
    size: availableParallelism(),
    ringBytes,
    programVersion: 'larder test',
  });
  const services = {
    configuration,
    serverId,
    clock,
    panel: openPanel(configuration.panel),
    records: metadata.records,
    jobs: metadata.jobs,
    sessions: metadata.sessions,
    settings: metadata.settings,
    wishes: metadata.wishes,
    plans: openPlanStore(state),
    outbox: metadata.outbox,
    spool: openSpool(state),
    uploadLog: openUploadLog(`${state}/uploads`),
    verifications: metadata.verifications,
    drills: metadata.drills,
    alerts: metadata.alerts,
    storageDays: metadata.storageDays,
    recoveryProofs: metadata.recoveryProofs,
    recoveryIdentities,
    messengers: [],
    archives: { destination: undefined },
    copyLedger: openCopyLedger(state),
    freeBytesAt,
    sandboxes: openSandboxes(`${configuration.state}/drills`, configuration.proof.drills.uid),
    timetable: metadata.timetable,
    dueTimes: cronTimes,
    machine: thisMachine,
    systemCopy: openSystemCopy({ state, copyMetadata: (target) => metadata.copyTo(target) }),
    audit: metadata.audit,
    log: silentLog,
    hasWorker: false,
    catalogs: openCatalogs(`${state}/catalog`),
    keys: openKeyStore(state),
    ownKeys: openOwnKeys({ state, now: () => clock.now() }),
    locker: thisLocker(),
    workspace: new Workspace(codec),
    files,
    archivers,
    randomSecret: () => randomBytes(32),
    hashSecret: (secret: string) => createHash('sha256').update(secret).digest('hex'),
    openStore,
    openPlace,
  };
  const close = async (): Promise<void> => {
    await Promise.all([archivers.close(), metadata.close()]);
  };
  return { services: services as unknown as Services, close }; // history needs no more
}
