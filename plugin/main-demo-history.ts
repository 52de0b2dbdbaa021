/** Lets the demo's past happen: homes change, and are really backed up as of then. Wiring only. */
import { backUpOnRequest } from './actions/back-up-on-request.ts';
import { nightly } from './actions/nightly.ts';
import type { Services } from './actions/services.ts';
import { applyChanges } from './demo/apply-changes.ts';
import type { SettledAccount } from './demo/settle-accounts.ts';
import { createSimulatedClock, type SimulatedClock } from './demo/simulated-clock.ts';
import { timeline, type Step, type TimelineOptions } from './demo/timeline.ts';
import { dayBefore } from './demo/demo-day.ts';
import { parseSnapshotId } from './domain/ids.ts';
import { loadConfiguration } from './platform/configuration.ts';
import type { Environment } from './platform/environment.ts';
import { systemClock } from './platform/clock.ts';
import { createKeys } from './platform/create-keys.ts';
import { createStateFolder } from './platform/state-folder.ts';
import { openDatabaseLife, type DatabaseLife } from './main-demo-databases.ts';
import { keepUp, pin } from './main-demo-upkeep.ts';
import { openServices } from './main-services.ts';
import type { BackupReport } from './protocol/requests.ts';

export interface HistoryOptions extends TimelineOptions {
  readonly environment: Environment;
  readonly programVersion: string;
  readonly accounts: readonly SettledAccount[];
  readonly onProgress: (progress: HistoryProgress) => void;
  readonly signal: AbortSignal;
}

export type HistoryProgress =
  | { readonly kind: 'home'; readonly account: string; readonly files: number; readonly bytes: number }
  | { readonly kind: 'night'; readonly ago: number };

/** What became of it. */
export interface History {
  readonly points: number;
}

/** @throws {Failure} `cancelled`; {Error} when a backup did not go as it must. */
export async function makeHistory(options: HistoryOptions): Promise<History> {
  const { environment, programVersion, now, days } = options;
  const configuration = loadConfiguration(environment);
  createStateFolder(configuration.state);
  await createKeys(configuration.state);
  const clock = createSimulatedClock(systemClock, dayBefore(now, days).start);
  const databases = configuration.databases.length > 0 ? await openDatabaseLife(environment) : undefined;
  const open = await openServices({ configuration, programVersion, isChild: false, hasWorker: false, threads: 2 });
  try {
    return await live({ services: inThePast(open.services, clock), clock, databases }, options);
  } finally {
    await databases?.close();
    await open.close();
  }
}

/** Everything that these services note bears the time of `clock`; locks and caches keep to the real one. */
function inThePast(services: Services, clock: SimulatedClock): Services {
  const { archivers } = services;
  return {
    ...services,
    clock,
    archivers: {
      size: archivers.size,
      prepare: (orders) => archivers.prepare(orders),
      run: (order, onProgress, signal) => archivers.run({ ...order, time: clock.now() }, onProgress, signal),
      close: () => archivers.close(),
    },
  };
}

interface Past {
  readonly services: Services;
  readonly clock: SimulatedClock;
  /** Undefined where the demo has none. */
  readonly databases: DatabaseLife | undefined;
}

async function live({ services, clock, databases }: Past, options: HistoryOptions): Promise<History> {
  let points = 0;
  for (const step of timeline(options)) {
    options.signal.throwIfAborted();
    if (step.kind === 'live') {
      change(step, options);
      await databases?.live(step.account.name, step.statements);
    } else points += await backUp(services, clock, step, options);
    await new Promise((resolve) => setImmediate(resolve)); // Ctrl-C is heard between steps
  }
  return { points };
}

function change({ account, changes }: Extract<Step, { kind: 'live' }>, { accounts, onProgress }: HistoryOptions): void {
  const owner = accounts.find(({ name }) => name === account.name);
  if (owner === undefined) throw new Error(`${account.name} has no home`);
  onProgress({ kind: 'home', account: account.name, ...applyChanges(owner, changes) });
}

async function backUp(
  services: Services,
  clock: SimulatedClock,
  step: Exclude<Step, { kind: 'live' }>,
  { onProgress, signal }: HistoryOptions,
): Promise<number> {
  clock.set(step.at);
  const reports =
    step.kind === 'nightly' ? await everyone(services, signal) : [await oneByHand(services, step, signal)];
  const bad = reports.find(({ outcome }) => outcome !== 'done');
  signal.throwIfAborted();
  if (bad !== undefined) throw new Error(`the backup of ${bad.account} went wrong: ${JSON.stringify(bad)}`);
  if (step.kind === 'nightly') {
    await keepUp(services, step.ago, signal);
    onProgress({ kind: 'night', ago: step.ago });
  } else await pinAll(services, reports);
  return reports.length;
}

async function pinAll(services: Services, reports: readonly BackupReport[]): Promise<void> {
  for (const { account, snapshotId } of reports) {
    if (snapshotId !== undefined) await pin(services, account, parseSnapshotId(snapshotId));
  }
}

async function everyone(services: Services, signal: AbortSignal): Promise<readonly BackupReport[]> {
  return (await nightly(services, () => {}, signal)).accounts;
}

function oneByHand(
  services: Services,
  { account, label }: Extract<Step, { kind: 'backup' }>,
  signal: AbortSignal,
): Promise<BackupReport> {
  return backUpOnRequest(services, { account: account.name, paths: [], label }, () => {}, signal);
}
