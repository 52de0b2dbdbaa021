import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { masterKeyBytes, ensureRepository } from '../../plugin/actions/account-repository.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { makePlan } from '../../plugin/actions/make-plan.ts';
import { planUndo } from '../../plugin/actions/plan-undo.ts';
import { makeTags } from '../../plugin/actions/point-tags.ts';
import { runPlan } from '../../plugin/actions/run-plan.ts';
import type { Performing, Services } from '../../plugin/actions/services.ts';
import type { JobId } from '../../plugin/domain/job.ts';
import { openCatalogs } from '../../plugin/database/catalog/open-catalogs.ts';
import { openMetadata } from '../../plugin/database/open-metadata.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { openPanel } from '../../plugin/panels/open-panel.ts';
import { openPlace, openStore } from '../../plugin/main-open-store.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { createKeys } from '../../plugin/platform/create-keys.ts';
import { freeBytes, freeBytesAt } from '../../plugin/platform/free-bytes.ts';
import { openDatabasePlanStore } from '../../plugin/platform/database-plan-store.ts';
import { openOwnKeys } from '../../plugin/platform/own-keys.ts';
import { openKeyStore } from '../../plugin/platform/key-store.ts';
import { recoveryIdentities } from '../../plugin/platform/recovery-identities.ts';
import { silentLog } from '../../plugin/platform/silent-log.ts';
import { thisLocker } from '../../plugin/platform/locker.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';
import { openPlanStore } from '../../plugin/platform/plan-store.ts';
import { openWriting } from '../../plugin/platform/open-writing.ts';
import { openSandboxes } from '../../plugin/platform/sandboxes.ts';
import { loadServerId } from '../../plugin/platform/server-id.ts';
import { createStateFolder } from '../../plugin/platform/state-folder.ts';
import type { DatabasePlanReport, DatabaseReceiptReport } from '../../plugin/protocol/databases.ts';
import { isOfDatabase } from '../../plugin/protocol/plan-kind.ts';
import type { PlanMode, PlanReport, PlanTarget, ReceiptReport } from '../../plugin/protocol/plans.ts';
import type { Progress } from '../../plugin/protocol/requests.ts';
import { openAccountWriter } from '../../plugin/sources/files/account-writer.ts';
import { makeInstallation } from './installation.ts';
import { pathBytes } from './recorded-points.ts';
import { tenant } from './restore-site.ts';
import { sharedArchivers } from './shared-archivers.ts';

const writerProgram = fileURLToPath(new URL('../../plugin/main-writer.ts', import.meta.url));

/** Everything that plans need, in a folder of its own: an account `u1` with a home, keys, records, threads, a plan store. */
export interface PlanSite {
  readonly folder: string;
  readonly home: string;
  readonly services: Services;
  /** Backs the whole home up. @returns the restore point's id. */
  backUp(): Promise<string>;
  plan(wanted: PlanWish): Promise<PlanReport>;
  run(plan: string, options?: RunOptions): Promise<ReceiptReport>;
  planUndo(job?: string): Promise<PlanReport>;
  close(): Promise<void>;
}

export interface PlanWish {
  /** Default: the newest backup. */
  readonly point?: string;
  /** Default: everything. */
  readonly paths?: readonly string[];
  readonly target?: PlanTarget;
  readonly mode?: PlanMode;
}

export interface RunOptions {
  readonly jobId?: JobId;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Stand in for those of the site. */
  readonly services?: Partial<Services>;
}

/** @param folder an empty one; with `isNew` false one in which a site was made before. */
export async function openPlanSite(folder: string, isNew = true): Promise<PlanSite> {
  if (isNew) await prepare(folder);
  const home = `${folder}/homes/u1`;
  const { services, close } = await openServices(folder);
  const never = new AbortController().signal;
  const performing = (options: RunOptions = {}): Performing => ({
    services: { ...services, ...options.services },
    onProgress: options.onProgress ?? (() => {}),
    signal: options.signal ?? never,
    jobId: options.jobId,
  });
  return {
    folder,
    home,
    services,
    close,
    backUp: () => backUp(services, folder),
    plan({ point = 'latest', paths = [''], target = { kind: 'in-place' }, mode = 'merge' }) {
      const request = { kind: 'plan', account: 'u1', point, paths: paths.map((path) => pathBytes(path)), target, mode };
      return makePlan(performing(), request as Parameters<typeof makePlan>[1]);
    },
    run: async (plan, options) => ofFiles(await runPlan(performing(options), { account: 'u1', plan })),
    planUndo: async (job) => ofFiles(await planUndo(performing(), { account: 'u1', job })),
  };
}

function ofFiles<Report extends PlanReport | ReceiptReport | DatabasePlanReport | DatabaseReceiptReport>(
  report: Report,
): Exclude<Report, DatabasePlanReport | DatabaseReceiptReport> {
  if (isOfDatabase(report)) throw new Error('this is about a database');
  return report as Exclude<Report, DatabasePlanReport | DatabaseReceiptReport>;
}

/** Below a folder of the home. */
export function toFolder(path: string): PlanTarget {
  return { kind: 'folder', path: pathBytes(path) };
}

async function prepare(folder: string): Promise<void> {
  const { homes } = makeInstallation(folder, 1);
  for (const home of homes) {
    chownSync(home, tenant.uid, tenant.gid);
    chmodSync(home, 0o711);
  }
  createStateFolder(`${folder}/state`);
  await createKeys(`${folder}/state`);
}

async function openServices(folder: string): Promise<{ services: Services; close: () => Promise<void> }> {
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const { state } = configuration;
  const serverId = await loadServerId(state);
  const metadata = await openMetadata({ metadata: configuration.metadata, server: serverId, migrates: true });
  const { codec, files } = await openSystem();
  const services = {
    configuration,
    serverId,
    clock: systemClock,
    panel: openPanel(configuration.panel),
    records: metadata.records,
    jobs: metadata.jobs,
    sessions: metadata.sessions,
    settings: metadata.settings,
    wishes: metadata.wishes,
    outbox: metadata.outbox,
    verifications: metadata.verifications,
    drills: metadata.drills,
    alerts: metadata.alerts,
    storageDays: metadata.storageDays,
    recoveryProofs: metadata.recoveryProofs,
    recoveryIdentities,
    messengers: [],
    freeBytesAt,
    sandboxes: openSandboxes(`${configuration.state}/drills`, configuration.proof.drills.uid),
    audit: metadata.audit,
    log: silentLog,
    hasWorker: false,
    catalogs: openCatalogs(`${state}/catalog`),
    keys: openKeyStore(state),
    ownKeys: openOwnKeys({ state, now: () => new Date() }),
    locker: thisLocker(),
    workspace: new Workspace(codec),
    files,
    plans: openPlanStore(state),
    databasePlans: openDatabasePlanStore(state),
    freeBytes,
    archivers: sharedArchivers(),
    randomSecret: () => randomBytes(32),
    hashSecret: (secret: string) => createHash('sha256').update(secret).digest('hex'),
    openStore,
    openPlace,
    openWriter: (async (account, target, lock) => {
      return openAccountWriter(account, target, { system: await openWriting(), program: writerProgram, lock });
    }) satisfies Services['openWriter'],
  };
  return { services: services as unknown as Services, close: () => metadata.close() }; // plans have nothing to do with the rest
}

async function backUp(services: Services, folder: string): Promise<string> {
  const account = await findAccount(services, 'u1');
  const found = await ensureRepository(services, account);
  const { generation, home, uid } = account;
  const outcome = await services.archivers.run(
    {
      place: found.place,
      masterKey: masterKeyBytes(found),
      home,
      ownerUid: uid,
      trustedUids: [],
      paths: [],
      tags: makeTags({ kind: 'manual', label: undefined, server: services.serverId, generation }),
      cacheFolder: `${folder}/state/cache/stat`,
    },
    () => {},
    new AbortController().signal,
  );
  return outcome.snapshotId;
}
