import type { AlertMessage } from '../contracts/alerts.ts';
import { assessAccount } from '../domain/assess-account.ts';
import { isFailure } from '../domain/failure.ts';
import { isQuietAt, planAlerts, withTold, type AlertCondition, type AlertPlan } from '../domain/plan-alerts.ts';
import { openWallClock } from '../domain/wall-clock.ts';
import type { Answer } from '../protocol/requests.ts';
import { gatherProof, type GatheredProof, type GatheredStorage } from './gather-proof.ts';
import { noteStorage } from './note-storage.ts';
import type { Performing, Services } from './services.ts';

const dayMilliseconds = 86_400_000;
const historyDays = 30;
/** What has been over for longer is only history. */
const recentDays = 1;

/**
 * Looks how everything stands, remembers what began and what is over, and tells people of both in one message. What
 * could not be delivered anywhere is told again at the next turn.
 */
export async function watch({ services }: Performing): Promise<Answer<'watch'>> {
  const now = services.clock.now();
  await noteStorage(services);
  const gathered = await gatherProof(services, new Date(now.getTime() - historyDays * dayMilliseconds));
  const known = await services.alerts.list(new Date(now.getTime() - recentDays * dayMilliseconds));
  const conditions = conditionsOf(services, gathered);
  const { quiet } = services.configuration.proof.alerts;
  const isQuiet = isQuietAt(quiet, minuteAt(now, services.configuration.schedule.timeZone));
  const plan = planAlerts(known, conditions, { now, isQuiet });
  const isTold = await tell(services, plan, now);
  await services.alerts.keep(isTold ? withTold(plan, now) : plan.keep);
  return {
    begun: plan.tellBegun.length,
    over: plan.tellOver.length,
    told: isTold && hasNews(plan) ? services.messengers.length : 0,
  };
}

function conditionsOf({ configuration, clock }: Services, { accounts, storage }: GatheredProof): AlertCondition[] {
  const { drills, alerts } = configuration.proof;
  const now = clock.now();
  return [
    ...accounts.flatMap(({ facts }) => assessAccount(facts, drills.days, now)),
    ...storage.flatMap((one) => assessStorage(one, alerts.storageDays)),
  ];
}

const fullShareDays = 3;

function assessStorage({ destination, bytesFree, daysLeft }: GatheredStorage, storageDays: number): AlertCondition[] {
  if (bytesFree === undefined || daysLeft === undefined || daysLeft >= storageDays) return [];
  const facts = { destination, days: Math.floor(daysLeft), bytesFree };
  const severity = daysLeft < fullShareDays ? 'failure' : 'warning';
  return [{ key: `storage:${destination}`, kind: 'storage-low', severity, account: undefined, facts }];
}

function hasNews({ tellBegun, tellOver }: AlertPlan): boolean {
  return tellBegun.length + tellOver.length > 0;
}

/** @returns whether everybody who is to be told was; nobody is nobody. */
async function tell({ messengers, serverId }: Services, plan: AlertPlan, at: Date): Promise<boolean> {
  if (!hasNews(plan)) return true;
  const message: AlertMessage = { server: serverId, at, begun: plan.tellBegun, over: plan.tellOver };
  const outcomes = await Promise.allSettled(messengers.map((messenger) => messenger.send(message)));
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of failed) if (!isFailure(reason)) throw reason;
  return failed.length === 0;
}

const minuteMilliseconds = 60_000;
const dayMinutes = 24 * 60;

function minuteAt(now: Date, timeZone: string): number {
  return Math.floor(openWallClock(timeZone).showsAt(now.getTime()) / minuteMilliseconds) % dayMinutes;
}
