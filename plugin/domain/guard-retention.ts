import { isWholePoint } from './keep-rules.ts';
import type { DatedPoint, KeptPoint, RetentionPlan } from './plan-retention.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

/** Why nothing, or less than the rules say, is forgotten now. */
export type HeldReason =
  /** The newest backup was not read back, so that older ones may be the last that are good. */
  | 'newest-unverified'
  /** The clock went on further than days that passed, or went back. */
  | 'clock-jumped'
  /** More than a third of all points would go at once. */
  | 'too-many';

export interface GuardedPlan<Point extends DatedPoint> extends RetentionPlan<Point> {
  readonly held: readonly HeldReason[];
}

export interface Guards {
  readonly isClockSteady: boolean;
  /** A person has seen what goes, and wants it: also many, also after the clock jumped. */
  readonly isConfirmed: boolean;
}

/**
 * What may really be forgotten of what the rules let go. Nobody's word makes the newest verified point go, or older
 * ones while the newest is not verified.
 */
export function guardRetention<Point extends DatedPoint>(
  plan: RetentionPlan<Point>,
  { isClockSteady, isConfirmed }: Guards,
): GuardedPlan<Point> {
  const held: HeldReason[] = [];
  const { keep, forget } = keepOne(applyGuards(plan, { isClockSteady, isConfirmed }, held));
  return { keep, forget, held };
}

/** @param held is told why less goes than the rules say. */
function applyGuards<Point extends DatedPoint>(
  plan: RetentionPlan<Point>,
  { isClockSteady, isConfirmed }: Guards,
  held: HeldReason[],
): RetentionPlan<Point> {
  const points = [...plan.keep, ...plan.forget].map(({ point }) => point);
  const unsure = new Set(lanes.filter((isOf) => isDoubtful(newestOf(points.filter(isOf)))));
  const safe = new Set(lanes.map((isOf) => newestOf(points.filter((point) => isOf(point) && point.proof === 'good'))));
  const stays = (point: Point): KeptPoint<Point>['reasons'] | undefined => {
    if (safe.has(point)) return [{ rule: 'newest-verified', day: 0 }];
    return lanes.some((isOf) => unsure.has(isOf) && isOf(point)) ? heldReasons : undefined;
  };
  if (plan.forget.some(({ point }) => stays(point) === heldReasons)) held.push('newest-unverified');
  const sifted = move(plan, stays);
  if (isConfirmed) return sifted;
  if (!isClockSteady && sifted.forget.length > 0) held.push('clock-jumped');
  if (isMany(sifted.forget.length, points.length)) held.push('too-many');
  const mustStop = held.includes('clock-jumped') || held.includes('too-many');
  return mustStop ? move(sifted, () => heldReasons) : sifted;
}

/** A repository is never emptied by itself. */
function keepOne<Point extends DatedPoint>(plan: RetentionPlan<Point>): RetentionPlan<Point> {
  const newest = plan.forget.at(-1)?.point;
  return plan.keep.length > 0 || newest === undefined
    ? plan
    : move(plan, (point) => (point === newest ? heldReasons : undefined));
}

function isDoubtful(newest: DatedPoint | undefined): boolean {
  return newest !== undefined && newest.proof !== 'good';
}

const heldReasons: KeptPoint<DatedPoint>['reasons'] = [{ rule: 'held', day: 0 }];

/** Each is a line of its own: databases do not stand for a whole account, nor the other way round. */
const lanes: readonly ((point: DatedPoint) => boolean)[] = [isWholePoint, ({ kind }) => kind === 'database'];

function newestOf<Point extends DatedPoint>(points: readonly Point[]): Point | undefined {
  return points.reduce<Point | undefined>(
    (newest, point) => (newest === undefined || isLater(point, newest) ? point : newest),
    undefined,
  );
}

function isLater(one: DatedPoint, other: DatedPoint): boolean {
  return one.time > other.time || (one.time === other.time && one.id > other.id);
}

/** One at a time is how rotation works, however few there are. */
function isMany(forgotten: number, all: number): boolean {
  return forgotten > 1 && forgotten * 3 > all;
}

function move<Point extends DatedPoint>(
  { keep, forget }: RetentionPlan<Point>,
  stays: (point: Point) => KeptPoint<Point>['reasons'] | undefined,
): RetentionPlan<Point> {
  const moved: KeptPoint<Point>[] = [];
  const gone = forget.filter(({ point }) => {
    const reasons = stays(point);
    if (reasons !== undefined) moved.push({ point, reasons });
    return reasons === undefined;
  });
  const kept = [...keep, ...moved].toSorted((one, other) => one.point.time - other.point.time);
  return { keep: moved.length === 0 ? keep : kept, forget: gone };
}

/** So many days may be missed: a machine is switched off for a night. */
const longestGap = 2;
/** After so many days the clock is believed again. */
const daysToBelieve = 7;

/**
 * Whether the clock can be trusted to say what is old. It cannot when something is noted of a day that is still to
 * come, nor for a week after days on which nothing ran: the clock, not the time, may have gone on.
 * @param days on which Larder ran, in any order.
 */
export function isClockSteady(days: readonly number[], now: number, calendar: ZoneCalendar): boolean {
  const today = calendar.dayOf(now);
  const ordered = [...new Set([...days, today])].toSorted((one, other) => other - one);
  if ((ordered[0] ?? today) > today) return false;
  return ordered.slice(0, daysToBelieve).every((day, place) => day - (ordered[place + 1] ?? day) <= longestGap);
}
