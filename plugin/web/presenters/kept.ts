import type { Formats } from '../../domain/formats.ts';
import type { KeptPointLine, ScheduleReport } from '../../protocol/schedules.ts';

/** Restore points that stay for the same reason, the newest first. */
export interface Zone {
  readonly key: 'daily' | 'month-ends' | 'year-ends' | 'more';
  readonly pegs: readonly Peg[];
  /** Which leaves next, and when. */
  readonly next: { readonly day: string; readonly until: string } | undefined;
}

export interface Peg {
  /** The number of the day where days stand together, else the date. */
  readonly label: string;
  readonly date: string;
  readonly until: string | undefined;
  readonly place: 'newest' | 'next-to-go' | 'between';
}

const zoneKeys = ['daily', 'month-ends', 'year-ends', 'more'] as const;

/** What is kept by the host's rules, each day once: backups of the account's own and safety copies are shown elsewhere. */
export function presentKept({ points }: Pick<ScheduleReport, 'points'>, formats: Formats): Zone[] {
  const byRule = points.filter(({ kind, reasons }) => !isOwn(kind) && reasons.length > 0);
  const newestOfDay = new Map(byRule.map((point) => [`${zoneOf(point)} ${formats.day(point.time)}`, point]));
  const newest = byRule.at(-1);
  return zoneKeys.flatMap((key) => {
    const own = [...newestOfDay.values()].filter((point) => zoneOf(point) === key).toReversed();
    return own.length === 0 ? [] : [toZone(key, own, newest, formats)];
  });
}

function isOwn(kind: string): boolean {
  return kind === 'manual' || kind === 'before-restore';
}

function zoneOf({ reasons }: KeptPointLine): Zone['key'] {
  return zoneKeys.find((key) => reasons.some(({ rule }) => rule === key)) ?? 'more';
}

function toZone(
  key: Zone['key'],
  points: readonly KeptPointLine[],
  newest: KeptPointLine | undefined,
  formats: Formats,
): Zone {
  const leaving = points.filter(({ goesOn }) => goesOn !== undefined);
  const first = leaving.toSorted((one, other) => (one.goesOn ?? '').localeCompare(other.goesOn ?? ''))[0];
  return {
    key,
    pegs: points.map((point) => ({
      label: formats.date(
        point.time,
        key === 'daily' ? 'dayNumber' : key === 'year-ends' ? 'dayYearShort' : 'dayShort',
      ),
      date: formats.date(point.time, key === 'daily' ? 'weekday' : 'dayYear'),
      until: untilOf(point, formats),
      place: point === newest ? 'newest' : point === first ? 'next-to-go' : 'between',
    })),
    next:
      first === undefined
        ? undefined
        : { day: formats.date(first.time, 'dayShort'), until: untilOf(first, formats) ?? '' },
  };
}

/** Until when a point stays; undefined when nobody can tell. */
export function untilOf({ goesOn }: Pick<KeptPointLine, 'goesOn'>, formats: Formats): string | undefined {
  return goesOn === undefined ? undefined : formats.date(`${goesOn}T12:00:00Z`, 'dayYear');
}
