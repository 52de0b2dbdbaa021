import type { PointWish } from '../contracts/point-wishes.ts';
import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { DatedPoint, KeepReason, RetentionGround } from '../domain/plan-retention.ts';
import { policyFor } from '../domain/retention-policy.ts';
import { isVerified, type PointState } from '../domain/point-state.ts';
import { monthOf, openZoneCalendar, writeDay, yearOf, type ZoneCalendar } from '../domain/zone-calendar.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { KeepReasonLine } from '../protocol/schedules.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { isPinned, readKind } from './point-tags.ts';
import type { Services } from './services.ts';

/** A restore point of a repository as the rules see it. */
export interface RetainedPoint extends DatedPoint {
  readonly snapshot: Snapshot;
}

/** The restore points of an account; none when it was never backed up. */
export async function retainedPoints(services: Services, account: Account): Promise<RetainedPoint[]> {
  try {
    const found = await findRepository(services, account);
    const repository = await openRepository(services, found);
    return await readRetainedPoints(services, { repository, found });
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return [];
    throw error;
  }
}

/** The restore points of an open repository, with what is known of each. */
export async function readRetainedPoints(
  { verifications, wishes, plans }: Services,
  { repository, found }: { readonly repository: Repository; readonly found: AccountRepository },
): Promise<RetainedPoint[]> {
  const { generation } = found.account;
  const states = await verifications.states({ generation, destination: found.destination });
  const wished = new Map((await wishes.list(generation)).map((wish) => [wish.id, wish]));
  const { snapshots } = await listSnapshots(repository);
  const half = (await plans.list(generation)).filter(({ state }) => state === 'writing');
  const held = new Set(half.map(({ safety }) => safety?.id));
  return snapshots.map((snapshot) => {
    const point = toRetainedPoint(snapshot, states.get(snapshot.id), wished.get(snapshot.id));
    return held.has(snapshot.id) ? { ...point, isHeld: true } : point;
  });
}

/** @param state what verification found. @param wish what the customer wants of it. */
export function toRetainedPoint(
  snapshot: Snapshot,
  state: PointState | undefined,
  wish: PointWish | undefined,
): RetainedPoint {
  return {
    id: snapshot.id,
    time: snapshot.time.getTime(),
    kind: readKind(snapshot.tags),
    isWhole: snapshot.paths.includes('/files'),
    isPinned: wish?.isPinned ?? isPinned(snapshot.tags),
    proof: isVerified(state) ? 'good' : state?.damage === undefined ? 'unknown' : 'damaged',
    snapshot,
  };
}

/**
 * What the rules for an account stand on now.
 * @param destination whose own rules hold, where it has some; an exception for the account holds everywhere.
 */
export function retentionGround(
  services: Services,
  account: Account,
  destination?: Pick<DestinationConfiguration, 'keep'>,
): RetentionGround {
  const { retention, restore, schedule } = services.configuration;
  const policy = policyFor(retention, account);
  return {
    policy: policy === retention.policy ? (destination?.keep ?? policy) : policy,
    now: services.clock.now().getTime(),
    calendar: openZoneCalendar(schedule.timeZone),
    undoDays: restore.undoDays,
  };
}

export function toReasonLines(reasons: readonly KeepReason[], time: number, calendar: ZoneCalendar): KeepReasonLine[] {
  return reasons.map(({ rule, isStandIn }) => {
    return { rule, period: periodOf(rule, time, calendar), isStandIn: isStandIn === true };
  });
}

/** The hour, week, month or year that a point stands for, else its day. */
function periodOf(rule: KeepReason['rule'], time: number, calendar: ZoneCalendar): string {
  if (Number.isNaN(time)) return '';
  const day = calendar.dayOf(time);
  if (rule === 'hourly') return new Date(time).toISOString().slice(0, 13);
  if (rule === 'weekly') return writeDay(day - ((day + 3) % 7));
  if (rule === 'monthly' || rule === 'month-ends') return writeMonth(monthOf(day));
  return rule === 'yearly' || rule === 'year-ends' ? String(yearOf(day)) : writeDay(day);
}

function writeMonth(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}
