import type { Account } from '../domain/account.ts';
import { planNight } from '../domain/plan-night.ts';
import { planSchedules, type Schedule } from '../domain/schedule.ts';
import type { ScheduledRun } from '../protocol/schedules.ts';
import { toNightAccounts } from './night-accounts.ts';
import { ownKeyOf } from './own-key.ts';
import type { Services } from './services.ts';

export interface ComingRunsQuestion {
  /** All accounts of the server. */
  readonly accounts: readonly Account[];
  /** The one that is asked about; undefined for the whole server. */
  readonly account: Account | undefined;
  /** How many days to look ahead; undefined: the next run of each schedule. */
  readonly days: number | undefined;
}

/** A cron expression may be due every minute. */
const mostRuns = 10_000;

/** The runs that are still to come, the next first. */
export async function comingRuns(services: Services, question: ComingRunsQuestion): Promise<ScheduledRun[]> {
  const { accounts, account, days } = question;
  const isSealed = account !== undefined && (await ownKeyOf(services, account)) !== undefined;
  const schedules = planSchedules(services.configuration.schedule, accounts).filter(
    (schedule) => account === undefined || (isAbout(schedule, account) && !(isSealed && isOfRepository(schedule))),
  );
  const after = account === undefined ? undefined : await expectedAfter(services, question);
  const now = services.clock.now();
  const until = days === undefined ? undefined : new Date(now.getTime() + days * 86_400_000);
  const runs = schedules.flatMap((schedule) => {
    const count = countOf(schedule, accounts);
    return dueTimes(services, schedule, { now, until }).map((dueAt) => toRun(schedule, { dueAt, after, count }));
  });
  return runs.toSorted((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt)).slice(0, mostRuns);
}

/** Rotation is about everybody; the server's own restore points are nobody's. */
function isAbout({ accounts, does }: Schedule, { name }: Account): boolean {
  if (does === 'system') return false;
  return accounts === undefined || accounts.includes(name);
}

/** An account with a passphrase of its own has archives alone. */
function isOfRepository({ does }: Schedule): boolean {
  return does === 'backup' || does === 'databases' || does === 'copies';
}

function countOf({ accounts, does }: Schedule, all: readonly Account[]): number {
  return does === 'system' ? 0 : (accounts ?? all).length;
}

function dueTimes(
  { dueTimes: times }: Services,
  { cron, timeZone }: Schedule,
  { now, until }: { readonly now: Date; readonly until: Date | undefined },
): Date[] {
  const found: Date[] = [];
  let at = times.next(cron, timeZone, now);
  while (at !== undefined && found.length < mostRuns && (until === undefined ? found.length === 0 : at <= until)) {
    found.push(at);
    at = times.next(cron, timeZone, at);
  }
  return found;
}

/** How long after the night's beginning it probably comes to this account. */
async function expectedAfter(services: Services, { accounts, account }: ComingRunsQuestion): Promise<number> {
  const { schedule, limits } = services.configuration;
  const { night } = schedule;
  const windowSeconds = night?.isSpread === true ? ((night.until - night.from + 1440) % 1440) * 60 : undefined;
  const starts = planNight(await toNightAccounts(services, accounts), { windowSeconds, parallel: limits.parallel });
  return starts.find((start) => start.account.name === account?.name)?.afterSeconds ?? 0;
}

interface Due {
  readonly dueAt: Date;
  readonly after: number | undefined;
  readonly count: number;
}

function toRun(schedule: Schedule, { dueAt, after, count }: Due): ScheduledRun {
  const { name, does, windowMinutes } = schedule;
  const inWindow = windowMinutes !== undefined;
  return {
    schedule: name,
    does,
    dueAt: dueAt.toISOString(),
    until: inWindow ? new Date(dueAt.getTime() + windowMinutes * 60_000).toISOString() : undefined,
    expectedAt: inWindow && after !== undefined ? new Date(dueAt.getTime() + after * 1000).toISOString() : undefined,
    accounts: count,
  };
}
