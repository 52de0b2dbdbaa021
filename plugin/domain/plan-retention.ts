import { applyRules } from './keep-rules.ts';
import type { RetentionPolicy } from './retention-policy.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

/** A restore point as the rules see it. */
export interface DatedPoint {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** As `readKind` tells it; anything that is no kind of Larder's is `foreign`. */
  readonly kind: string;
  /** It holds the whole account, not some paths of it. */
  readonly isWhole: boolean;
  readonly isPinned: boolean;
  /** Whether it was read back: `unknown` when nobody has looked. */
  readonly proof: 'good' | 'unknown' | 'damaged';
  /** A restore that is half done is put back from it. */
  readonly isHeld?: boolean;
}

/** Why a point stays. `day` is the point's own, in the calendar's zone. */
export interface KeepReason {
  readonly rule: KeepWord;
  readonly day: number;
  /** The last day of its month has none, and this is the latest. */
  readonly isStandIn?: boolean;
  /** When this reason ends, where the clock alone decides. */
  readonly until?: number;
}

export type KeepWord =
  | 'hourly'
  | 'daily'
  | 'weekly'
  | 'monthly'
  | 'yearly'
  | 'month-ends'
  | 'year-ends'
  | 'last'
  | 'within'
  | 'all'
  | 'databases-all'
  | 'databases-daily'
  | 'pinned'
  | 'manual'
  | 'before-restore'
  | 'foreign'
  | 'future'
  | 'newest-verified'
  | 'held';

/** Why a point goes: no rule wants it, or its time is over. */
export type ForgetWord = 'no-rule' | 'too-old' | 'undo-over';

export interface KeptPoint<Point extends DatedPoint> {
  readonly point: Point;
  readonly reasons: readonly KeepReason[];
}

export interface ForgottenPoint<Point extends DatedPoint> {
  readonly point: Point;
  readonly reason: ForgetWord;
}

/** Both oldest first; together they are all points that were given. */
export interface RetentionPlan<Point extends DatedPoint> {
  readonly keep: readonly KeptPoint<Point>[];
  readonly forget: readonly ForgottenPoint<Point>[];
}

export interface RetentionGround {
  readonly policy: RetentionPolicy;
  /** The moment at which the rules are looked at; the day it lies in is the day T of the rules. */
  readonly now: number;
  readonly calendar: ZoneCalendar;
  /** How long a restore can be taken back. */
  readonly undoDays: number;
}

const dayMilliseconds = 86_400_000;

/**
 * Which restore points of one account stay, and why, and which go. Decides for every point, in whatever order they
 * come; doing what it says and asking again changes nothing.
 */
export function planRetention<Point extends DatedPoint>(
  points: readonly Point[],
  ground: RetentionGround,
): RetentionPlan<Point> {
  const ordered = points.toSorted(inTime);
  const wanted = applyRules(ordered, ground);
  const keep: KeptPoint<Point>[] = [];
  const forget: ForgottenPoint<Point>[] = [];
  for (const point of ordered) {
    const decided = decide(point, wanted.get(point) ?? [], ground);
    if (typeof decided === 'string') forget.push({ point, reason: decided });
    else keep.push({ point, reasons: decided });
  }
  return { keep, forget };
}

/** Oldest first, whatever the order before. A time that is no number comes first. */
function inTime(one: DatedPoint, other: DatedPoint): number {
  if (Number.isNaN(one.time) || Number.isNaN(other.time)) {
    const difference = Number(Number.isNaN(other.time)) - Number(Number.isNaN(one.time));
    if (difference !== 0) return difference;
  } else if (one.time !== other.time) return one.time - other.time;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

function decide(
  point: DatedPoint,
  wanted: readonly KeepReason[],
  ground: RetentionGround,
): readonly KeepReason[] | ForgetWord {
  const { policy, now, calendar } = ground;
  const day = Number.isNaN(point.time) ? 0 : calendar.dayOf(point.time);
  if (!isOwnKind(point.kind) || Number.isNaN(point.time)) return [{ rule: 'foreign', day }];
  if (point.time > now) return [{ rule: 'future', day }];
  const own = [...wishedReasons(point, day), ...ownReasons(point, day, ground)];
  if (point.kind === 'before-restore') return own.length > 0 ? own : 'undo-over';
  const isTooOld = policy.dropAfterDays !== undefined && now - point.time > policy.dropAfterDays * dayMilliseconds;
  if (isTooOld) return point.isPinned ? own : 'too-old';
  const reasons = [...own, ...wanted];
  return reasons.length > 0 ? reasons : 'no-rule';
}

function wishedReasons({ isPinned, isHeld }: DatedPoint, day: number): KeepReason[] {
  return [
    ...(isPinned ? [{ rule: 'pinned' as const, day }] : []),
    ...(isHeld === true ? [{ rule: 'held' as const, day }] : []),
  ];
}

/** What the point's own kind asks for, for as long as it does. */
function ownReasons(point: DatedPoint, day: number, { policy, now, undoDays }: RetentionGround): KeepReason[] {
  const days = ownDays(point.kind, policy, undoDays);
  if (days === undefined) return [];
  const until = point.time + days * dayMilliseconds;
  const rule = point.kind === 'before-restore' ? ('before-restore' as const) : ('manual' as const);
  return now <= until ? [{ rule, day, until }] : [];
}

function ownDays(kind: string, policy: RetentionPolicy, undoDays: number): number | undefined {
  if (kind === 'before-restore') return undoDays;
  return kind === 'manual' || kind === 'before-change' ? policy.manualDays : undefined;
}

const ownKinds: ReadonlySet<string> = new Set(['nightly', 'manual', 'before-change', 'database', 'before-restore']);

/** Nothing is forgotten that Larder did not make. */
function isOwnKind(kind: string): boolean {
  return ownKinds.has(kind);
}
