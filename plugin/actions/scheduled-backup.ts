import type { Skip } from '../contracts/timetable.ts';
import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { planNight, toParts } from '../domain/plan-night.ts';
import type { BackupReport } from '../protocol/requests.ts';
import type { ScheduledBackupReport, ScheduledBackupRequest } from '../protocol/schedules.ts';
import { accountDatabases } from './account-databases.ts';
import { backUpAccount } from './back-up-account.ts';
import { knownAccounts } from './find-account.ts';
import { withoutOwnKey } from './own-key.ts';
import { toNightAccounts } from './night-accounts.ts';
import type { Performing, Services } from './services.ts';
import { skipReason } from './skip-reason.ts';
import { addServerJob } from './start-due-runs.ts';

/** A night is done in parts of so many seconds: other work of the server finds its place between them. */
const partSeconds = 15 * 60;
/** How often it is looked whether the machine has less to do. */
const loadPause = 10_000;

/**
 * Backs up the accounts of a schedule, or puts the parts of a night that is spread into the queue. What is left out is
 * recorded with the reason. A run that is begun again leaves out whom it has done.
 */
export async function scheduledBackup(
  performing: Performing,
  request: ScheduledBackupRequest,
): Promise<ScheduledBackupReport> {
  const { services } = performing;
  const chosen = await chosenAccounts(services, request);
  const reasons = new Map(chosen.map((account) => [account, skipReason(account, services.configuration.schedule)]));
  const willing = chosen.filter((account) => reasons.get(account) === undefined);
  if (request.isSpread && request.until !== undefined) {
    const parts = await addParts(services, request, willing);
    const skips = await noteSkips(services, request, reasons);
    return { schedule: request.schedule, accounts: [], skips, parts };
  }
  services.machine.giveWay(services.configuration.limits);
  const accounts = await backUpAll(performing, {
    request,
    reasons,
    waiting: await notDone(services, request, willing),
  });
  return { schedule: request.schedule, accounts, skips: await noteSkips(services, request, reasons), parts: 0 };
}

type Reasons = Map<Account, Skip['reason'] | undefined>;

/** Where only databases are wanted, those that have some. */
async function chosenAccounts(services: Services, request: ScheduledBackupRequest): Promise<Account[]> {
  const names = request.accounts === undefined ? undefined : new Set<string>(request.accounts);
  const known = await withoutOwnKey(services, await knownAccounts(services)); // archives are a schedule of their own
  const chosen: Account[] = [];
  for (const account of known.filter(({ name }) => names?.has(name) ?? true)) {
    if (request.does === 'backup' || (await hasDatabases(services, account))) chosen.push(account);
  }
  return chosen;
}

/** One whose server does not answer may have some: its backup then says why it failed. */
async function hasDatabases(services: Services, account: Account): Promise<boolean> {
  try {
    return (await accountDatabases(services, account)).length > 0;
  } catch (error) {
    if (isFailure(error)) return true;
    throw error;
  }
}

/** Each account is in one part, also when this is done a second time after an interruption. */
async function addParts(
  services: Services,
  request: ScheduledBackupRequest,
  accounts: readonly Account[],
): Promise<number> {
  const dueAt = Date.parse(request.dueAt);
  const windowSeconds = (Date.parse(request.until ?? request.dueAt) - dueAt) / 1000;
  const { parallel } = services.configuration.limits;
  const starts = planNight(await toNightAccounts(services, accounts), { windowSeconds, parallel });
  const waiting = new Set<string>(accounts.map(({ name }) => name));
  const parts = toParts(starts, partSeconds);
  for (const [number, part] of [...parts, undefined].entries()) {
    // The last one is for whom an earlier try with other figures had put into no part.
    const names = part?.accounts.map(({ name }) => name) ?? [...waiting];
    if (names.length === 0) continue;
    const work = { ...request, isSpread: false, accounts: names };
    const uniqueKey = `part ${number} of ${request.schedule} ${request.dueAt}`;
    const begins = dueAt + (part?.afterSeconds ?? 0) * 1000;
    const delayMilliseconds = Math.max(0, begins - services.clock.now().getTime());
    const held = JSON.parse(await addServerJob(services, { work, uniqueKey, delayMilliseconds })) as typeof work;
    for (const name of held.accounts) waiting.delete(name);
  }
  return parts.length;
}

/** By size, the largest first; without those that this run has done before it was interrupted. */
async function notDone(
  services: Services,
  { dueAt, does }: ScheduledBackupRequest,
  accounts: readonly Account[],
): Promise<Account[]> {
  const night = await toNightAccounts(services, accounts);
  const open = night.filter(({ lastAt }) => does !== 'backup' || lastAt === undefined || lastAt < new Date(dueAt));
  const { size } = services.archivers;
  return planNight(open, { windowSeconds: undefined, parallel: size }).map(({ account }) => account.account);
}

interface Work {
  readonly request: ScheduledBackupRequest;
  readonly reasons: Reasons;
  /** Those that nobody has begun with. */
  readonly waiting: Account[];
}

async function backUpAll(performing: Performing, work: Work): Promise<BackupReport[]> {
  const reports: BackupReport[] = [];
  const lane = async (): Promise<void> => {
    for (let account = work.waiting.shift(); account !== undefined; account = work.waiting.shift()) {
      const report = await backUpOne(performing, work, account);
      if (report !== undefined) reports.push(report);
    }
  };
  await Promise.all(Array.from({ length: performing.services.archivers.size }, lane));
  return reports.toSorted((one, other) => (one.account < other.account ? -1 : 1));
}

/** @returns undefined when the time was over. */
async function backUpOne(
  { services, onProgress, signal }: Performing,
  { request, reasons }: Work,
  account: Account,
): Promise<BackupReport | undefined> {
  const isOver = (): boolean => request.until !== undefined && services.clock.now() >= new Date(request.until);
  const { load } = services.configuration.limits;
  while (!isOver() && !signal.aborted && load !== undefined && services.machine.load() > load) {
    await services.machine.wait(loadPause, signal);
  }
  if (isOver()) {
    reasons.set(account, 'window-over');
    return undefined;
  }
  const kind = request.does === 'databases' ? 'database' : 'nightly';
  return backUpAccount(
    services,
    { account, kind, paths: [], label: undefined, expected: undefined },
    onProgress,
    signal,
  );
}

async function noteSkips(services: Services, request: ScheduledBackupRequest, reasons: Reasons): Promise<number> {
  const at = new Date(request.dueAt);
  const skips = [...reasons].flatMap(([{ generation, name }, reason]) =>
    reason === undefined ? [] : [{ generation, accountName: name, at, schedule: request.schedule, reason }],
  );
  await services.timetable.addSkips(skips);
  return skips.length;
}
