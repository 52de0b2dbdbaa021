import type { Account } from '../domain/account.ts';
import { planRetention } from '../domain/plan-retention.ts';
import type { RetentionPolicy } from '../domain/retention-policy.ts';
import { lastDaysOf, momentOf } from '../domain/simulate-retention.ts';
import { openWallClock } from '../domain/wall-clock.ts';
import { writeDay } from '../domain/zone-calendar.ts';
import type { Answer } from '../protocol/requests.ts';
import type { KeptPointLine, RetentionLine } from '../protocol/schedules.ts';
import { comingRuns } from './coming-runs.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { toPointLine } from './restore-points.ts';
import { retainedPoints, retentionGround, toReasonLines } from './retained-points.ts';
import type { Services } from './services.ts';

/** How many skipped runs are told of. */
const skipsTold = 100;

/**
 * What will run by itself in the next `days` days (undefined: the next of each schedule), and, of one account, what
 * stays until when.
 */
export async function tellSchedule(
  services: Services,
  request: { account: string | undefined; days: number | undefined },
): Promise<Answer<'schedule'>> {
  const { timeZone } = services.configuration.schedule;
  const account = request.account === undefined ? undefined : await findAccount(services, request.account);
  const accounts = await knownAccounts(services);
  const runs = await comingRuns(services, { accounts, account, days: request.days });
  const skips = await services.timetable.skips(account?.generation, skipsTold);
  const of = account === undefined ? { retention: undefined, points: [] } : await retentionOf(services, account);
  return {
    account: account?.name,
    timeZone,
    runs,
    skips: skips.map(({ accountName, at, reason }) => ({ account: accountName, at: at.toISOString(), reason })),
    ...of,
  };
}

async function retentionOf(
  services: Services,
  account: Account,
): Promise<{ retention: RetentionLine; points: KeptPointLine[] }> {
  const ground = retentionGround(services, account);
  const { calendar, now } = ground;
  const { keep, forget } = planRetention(await retainedPoints(services, account), ground);
  const { schedule } = services.configuration;
  const clock = openWallClock(schedule.timeZone);
  const minutes = schedule.night?.from ?? 0;
  const from = calendar.dayOf(now) + 1;
  const nightOf = (day: number): number => momentOf(day, minutes, clock);
  const stays = keep.map(({ point }) => point);
  const goesOn = lastDaysOf(stays, { ...ground, from, nightOf });
  const lines = [
    ...keep.map(({ point, reasons }) => {
      const day = goesOn.get(point);
      const goes = day === undefined ? undefined : writeDay(day);
      return { point, reasons: toReasonLines(reasons, point.time, calendar), goesOn: goes };
    }),
    ...forget.map(({ point }) => ({ point, reasons: [], goesOn: writeDay(calendar.dayOf(now)) })),
  ];
  const points = lines
    .toSorted((one, other) => one.point.time - other.point.time)
    .map(({ point, reasons, goesOn: goes }) => {
      const { id, time, kind, label } = toPointLine(point.snapshot);
      return { id, time, kind, label, reasons, goesOn: goes };
    });
  return { retention: toRetentionLine(ground.policy), points };
}

export function toRetentionLine(policy: RetentionPolicy): RetentionLine {
  return {
    policy: policy.name,
    rules: policy.rules.map((rule) => {
      return {
        rule: rule.kind,
        count: rule.kind === 'all' ? undefined : rule.kind === 'within' ? rule.days : rule.count,
      };
    }),
    dropAfterDays: policy.dropAfterDays,
    databaseAllDays: policy.databases.allDays,
    databaseDays: policy.databases.dailyDays,
    manualDays: policy.manualDays,
    reason: policy.reason,
  };
}
