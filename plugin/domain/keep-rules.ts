import type { DatedPoint, KeepReason, KeepWord, RetentionGround } from './plan-retention.ts';
import type { DatabaseRetention, KeepRule } from './retention-policy.ts';
import { lastDayOf, monthOf, weekOf, yearOf } from './zone-calendar.ts';

const dayMilliseconds = 86_400_000;

/** A point with the day it lies in, worked out once. */
interface Placed<Point> {
  readonly point: Point;
  readonly day: number;
}

type Wanted<Point> = Map<Point, KeepReason[]>;

/**
 * What the rules want of these points. What is damaged stands for nothing: another takes its place where there is one.
 * It stays all the same as long as it would if it were whole, because it may be healed.
 * @param points oldest first.
 */
export function applyRules<Point extends DatedPoint>(
  points: readonly Point[],
  ground: RetentionGround,
): ReadonlyMap<Point, readonly KeepReason[]> {
  const placed = points
    .filter(({ time }) => time <= ground.now)
    .map((point) => ({ point, day: ground.calendar.dayOf(point.time) }))
    .toReversed();
  const whole = placed.filter(({ point }) => isWholePoint(point));
  const databases = placed.filter(({ point }) => point.kind === 'database');
  const wanted = wantedOf(whole.filter(isGood), databases.filter(isGood), ground);
  const damaged = placed.filter((one) => !isGood(one));
  if (damaged.length === 0) return wanted;
  const ifWhole = wantedOf(whole, databases, ground);
  for (const { point } of damaged) wanted.set(point, ifWhole.get(point) ?? []);
  return wanted;
}

/** Whether it holds an account as of one moment, so that it may stand for a day. */
export function isWholePoint({ kind, isWhole }: DatedPoint): boolean {
  return kind === 'nightly' || (isWhole && (kind === 'manual' || kind === 'before-change'));
}

function isGood<Point extends DatedPoint>({ point }: Placed<Point>): boolean {
  return point.proof !== 'damaged';
}

/** @param whole newest first. @param databases newest first. */
function wantedOf<Point extends DatedPoint>(
  whole: readonly Placed<Point>[],
  databases: readonly Placed<Point>[],
  ground: RetentionGround,
): Wanted<Point> {
  const wanted: Wanted<Point> = new Map();
  const today = ground.calendar.dayOf(ground.now);
  for (const rule of ground.policy.rules) {
    for (const { point, day } of pick(rule, whole, { ...ground, today })) add(wanted, point, reasonOf(rule, day));
  }
  for (const { point, day, rule } of pickDatabases(databases, ground.policy.databases))
    add(wanted, point, { rule, day });
  return wanted;
}

function add<Point>(wanted: Wanted<Point>, point: Point, reason: KeepReason): void {
  const reasons = wanted.get(point);
  if (reasons === undefined) wanted.set(point, [reason]);
  else reasons.push(reason);
}

function reasonOf({ kind }: KeepRule, day: number): KeepReason {
  const endsMonth = kind === 'month-ends' || kind === 'year-ends';
  return endsMonth && day !== lastDayOf(monthOf(day)) ? { rule: kind, day, isStandIn: true } : { rule: kind, day };
}

interface RuleGround extends RetentionGround {
  readonly today: number;
}

function pick<Point extends DatedPoint>(
  rule: KeepRule,
  newestFirst: readonly Placed<Point>[],
  { now, today, calendar }: RuleGround,
): readonly Placed<Point>[] {
  switch (rule.kind) {
    case 'hourly':
      return ofEach(newestFirst, rule.count, ({ point }) => calendar.hourOf(point.time));
    case 'daily':
      return ofEach(newestFirst, rule.count, ({ day }) => day);
    case 'weekly':
      return ofEach(newestFirst, rule.count, ({ day }) => weekOf(day));
    case 'monthly':
      return ofEach(newestFirst, rule.count, ({ day }) => monthOf(day));
    case 'yearly':
      return ofEach(newestFirst, rule.count, ({ day }) => yearOf(day));
    case 'month-ends':
      return ofMonths(newestFirst, endedMonths(today, rule.count));
    case 'year-ends':
      return ofMonths(newestFirst, lastDecembers(today, rule.count));
    case 'last':
      return lastOf(newestFirst, rule.count);
    case 'within':
      return newestFirst.filter(({ point }) => now - point.time <= rule.days * dayMilliseconds);
    case 'all':
      return newestFirst;
  }
}

/** So many of the nights', and so many of the others: backups by hand, however many, drive out no night. */
function lastOf<Point extends DatedPoint>(newestFirst: readonly Placed<Point>[], count: number): Placed<Point>[] {
  const isOfNight = ({ point }: Placed<Point>): boolean => point.kind === 'nightly';
  const others = newestFirst.filter((placed) => !isOfNight(placed));
  return [...newestFirst.filter(isOfNight).slice(0, count), ...others.slice(0, count)];
}

/** That of each of the most recent periods that have one. */
function ofEach<Point extends DatedPoint>(
  newestFirst: readonly Placed<Point>[],
  count: number,
  periodOf: (placed: Placed<Point>) => number,
): Placed<Point>[] {
  const chosen = new Map<number, Placed<Point>>();
  for (const placed of newestFirst) {
    const period = periodOf(placed);
    const before = chosen.get(period);
    if (before === undefined && chosen.size === count) break;
    if (before === undefined || isBetter(placed, before)) chosen.set(period, placed);
  }
  return [...chosen.values()];
}

/** Within one day the night's comes before one by hand: those their owner may delete. Otherwise the newer. */
function isBetter<Point extends DatedPoint>(placed: Placed<Point>, newer: Placed<Point>): boolean {
  return placed.day === newer.day && newer.point.kind !== 'nightly' && placed.point.kind === 'nightly';
}

function ofMonths<Point extends DatedPoint>(
  newestFirst: readonly Placed<Point>[],
  months: ReadonlySet<number>,
): Placed<Point>[] {
  return ofEach(
    newestFirst.filter(({ day }) => months.has(monthOf(day))),
    months.size,
    ({ day }) => monthOf(day),
  );
}

/** The most recent months whose last day is `today` or before. */
function endedMonths(today: number, count: number): Set<number> {
  const thisMonth = monthOf(today);
  const newest = lastDayOf(thisMonth) === today ? thisMonth : thisMonth - 1;
  return new Set(Array.from({ length: count }, (_, back) => newest - back));
}

function lastDecembers(today: number, count: number): Set<number> {
  return new Set(Array.from({ length: count }, (_, back) => (yearOf(today) - 1 - back) * 12 + 11));
}

function pickDatabases<Point extends DatedPoint>(
  newestFirst: readonly Placed<Point>[],
  { allDays, dailyDays }: DatabaseRetention,
): (Placed<Point> & { readonly rule: KeepWord })[] {
  const days = [...new Set(newestFirst.map(({ day }) => day))];
  const all = new Set(days.slice(0, allDays));
  const daily = new Set(days.slice(allDays, allDays + dailyDays));
  const rest = newestFirst.filter(({ day }) => daily.has(day));
  return [
    ...newestFirst.filter(({ day }) => all.has(day)).map((placed) => ({ ...placed, rule: 'databases-all' as const })),
    ...ofEach(rest, dailyDays, ({ day }) => day).map((placed) => ({ ...placed, rule: 'databases-daily' as const })),
  ];
}
