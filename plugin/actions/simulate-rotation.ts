import { composePolicy, type PolicyWish } from '../domain/compose-policy.ts';
import { Failure } from '../domain/failure.ts';
import { policyFor, type RetentionPolicy } from '../domain/retention-policy.ts';
import { momentOf, simulateNights } from '../domain/simulate-retention.ts';
import { openWallClock, writeWithOffset } from '../domain/wall-clock.ts';
import { openZoneCalendar, readDay, writeDay } from '../domain/zone-calendar.ts';
import type { Answer } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';
import { toRetentionLine } from './tell-schedule.ts';

export interface SimulationRequest {
  readonly account: string | undefined;
  readonly from: string | undefined;
  readonly days: number;
  readonly policy: PolicyWish;
}

/**
 * Begins without restore points. @throws {Failure} `unknown-account`; `invalid-input` when `from` is no day, or no rule
 * would be left.
 */
export async function simulateRetention(
  services: Services,
  request: SimulationRequest,
): Promise<Answer<'retention-simulate'>> {
  const { schedule, restore } = services.configuration;
  const { timeZone } = schedule;
  const clock = openWallClock(timeZone);
  const calendar = openZoneCalendar(timeZone);
  const policy = await policyOf(services, request);
  const nights = simulateNights([], {
    from: request.from === undefined ? calendar.dayOf(services.clock.now().getTime()) : parseDay(request.from),
    days: request.days,
    nightOf: (day) => momentOf(day, schedule.night?.from ?? 0, clock),
    policy,
    calendar,
    undoDays: restore.undoDays,
  });
  const days = Array.from(nights, ({ day, kept }) => {
    return { date: writeDay(day), kept: kept.map(({ point }) => writeWithOffset(point.time, clock)) };
  });
  return { timeZone, retention: toRetentionLine(policy), days };
}

async function policyOf(services: Services, request: SimulationRequest): Promise<RetentionPolicy> {
  const { retention } = services.configuration;
  const base =
    request.account === undefined
      ? retention.policy
      : policyFor(retention, await findAccount(services, request.account));
  const policy = composePolicy(base, request.policy, base.reason);
  if (policy !== undefined) return policy;
  throw new Failure('invalid-input', { field: 'policy', text: '0', hint: 'larder retention simulate --daily 12' });
}

function parseDay(text: string): number {
  const day = readDay(text);
  if (day === undefined || day < 1) throw new Failure('invalid-input', { field: 'from', text, hint: '2026-01-01' });
  return day;
}
