import { writeActor } from '../domain/actor.ts';
import { weightOf } from '../domain/job-weight.ts';
import { planDue, type DueRun } from '../domain/plan-due.ts';
import { planSchedules, type Schedule } from '../domain/schedule.ts';
import { serverWork } from '../domain/server-work.ts';
import { openZoneCalendar } from '../domain/zone-calendar.ts';
import type { QueuedRequest } from '../protocol/requests.ts';
import { knownAccounts } from './find-account.ts';
import type { Services } from './services.ts';
import { skipReason } from './skip-reason.ts';
import { unlessTooMany } from './unless-too-many.ts';

/**
 * Puts into the queue what is due by the schedules. Several workers may do so at the same time: each run is in the
 * queue once, under a key made of schedule and due time. @returns how many runs were due.
 */
export async function startDueRuns(services: Services): Promise<number> {
  const { timetable, dueTimes, clock, configuration } = services;
  const now = clock.now();
  await timetable.noteDay(openZoneCalendar(configuration.schedule.timeZone).dayOf(now.getTime()));
  const schedules = planSchedules(configuration.schedule, await knownAccounts(services));
  const plan = planDue(schedules, {
    dealtWith: await timetable.dealtWith(),
    now,
    latest: ({ cron, timeZone }) => dueTimes.latest(cron, timeZone, now),
  });
  for (const run of plan.runs) await enqueueRun(services, run, now);
  if (plan.dealtWith.size > 0) {
    await timetable.setDealtWith(
      plan.dealtWith,
      schedules.map(({ key }) => key),
    );
  }
  return plan.runs.length;
}

async function enqueueRun(services: Services, run: DueRun, now: Date): Promise<void> {
  const { key, does } = run.schedule;
  if (does === 'archives') return enqueueArchives(services, run.dueAt);
  const uniqueKey = `${key} ${run.dueAt.toISOString()}`;
  await addServerJob(services, { work: workOf(run, does, now), uniqueKey, delayMilliseconds: 0 });
}

/** One job for each account: a full archive of all takes hours, and other work finds its place between them. */
async function enqueueArchives(services: Services, dueAt: Date): Promise<void> {
  const accounts = await knownAccounts(services);
  for (const account of accounts.filter((one) => skipReason(one, services.configuration.schedule) === undefined)) {
    const { generation, name: accountName } = account;
    const work: QueuedRequest = { kind: 'archive', account: accountName, full: false };
    const job = {
      generation,
      accountName,
      kind: work.kind,
      weight: weightOf(work.kind, undefined),
      label: undefined,
      request: JSON.stringify(work),
      askedBy: writeActor({ kind: 'schedule' }),
      uniqueKey: `archives ${dueAt.toISOString()} ${generation}`,
    };
    await unlessTooMany(services, account, () => services.jobs.add(job));
  }
}

export interface ServerJob {
  readonly work: QueuedRequest;
  readonly uniqueKey: string;
  readonly delayMilliseconds: number;
}

/** Work for the whole server, once for each key. @returns the request of the job that has the key. */
export async function addServerJob(services: Services, { work, ...when }: ServerJob): Promise<string> {
  const { generation, accountName } = serverWork;
  const job = await services.jobs.add({
    generation,
    accountName,
    kind: work.kind,
    weight: weightOf(work.kind, undefined),
    label: 'schedule' in work ? work.schedule : undefined,
    request: JSON.stringify(work),
    askedBy: writeActor({ kind: 'schedule' }),
    ...when,
  });
  return job.request;
}

function workOf(
  { schedule, dueAt, isLate }: DueRun,
  does: Exclude<Schedule['does'], 'archives'>,
  now: Date,
): QueuedRequest {
  const { name, accounts, windowMinutes, isSpread } = schedule;
  if (does === 'rotate') return { kind: 'rotate', account: undefined, dryRun: false, isConfirmed: false };
  if (does === 'system') return { kind: 'system-backup' };
  if (does === 'copies')
    return { kind: 'copy', account: undefined, destination: undefined, repair: false, back: false };
  // What is made up has a whole window, and is not spread over it.
  const from = isLate ? now : dueAt;
  const until = windowMinutes === undefined ? undefined : new Date(from.getTime() + windowMinutes * 60_000);
  return {
    kind: 'scheduled-backup',
    schedule: name,
    does,
    dueAt: dueAt.toISOString(),
    until: until?.toISOString(),
    isSpread: isSpread && !isLate,
    accounts,
  };
}
