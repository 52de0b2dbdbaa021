import type { Formats } from '../../domain/formats.ts';
import type { PointLine } from '../../protocol/requests.ts';
import type { BigChange } from './big-change.ts';
import type { Day } from './timeline.ts';

/** The chosen restore point, and others that are likely to be meant. */
export interface When {
  readonly point: PointLine;
  readonly isLatest: boolean;
  readonly isDamaged: boolean;
  /** Of the same day, oldest first. */
  readonly times: readonly { readonly id: string; readonly time: string; readonly isChosen: boolean }[];
  readonly latest: PointLine;
  /** Before the newest unusual change; undefined when there was none lately. */
  readonly beforeBig: PointLine | undefined;
  readonly weekAgo: PointLine | undefined;
  /** The newest that the customer made by hand. */
  readonly own: PointLine | undefined;
  /** An unusual change soon after the chosen point, or in it. */
  readonly warning: BigChange | undefined;
  /** Hours since the newest backup began, when that is more than it should be. */
  readonly lateHours: number | undefined;
}

const hour = 3_600_000;
const week = 7 * 24 * hour;

/** Safety copies are for Undo, and never chosen by hand. */
export function shownPoints(points: readonly PointLine[]): PointLine[] {
  return points
    .filter(({ kind }) => kind !== 'before-restore')
    .toSorted((one, other) => (one.time < other.time ? -1 : 1));
}

/** Those that hold the home: every few hours databases are backed up alone. */
export function homePoints(points: readonly PointLine[]): PointLine[] {
  return shownPoints(points).filter(({ kind }) => kind !== 'database');
}

export interface WhenOptions {
  readonly points: readonly PointLine[];
  readonly days: readonly Day[];
  readonly big: readonly BigChange[];
  readonly point: PointLine;
  readonly formats: Formats;
  readonly now: Date;
  /** So many hours old the newest may be. */
  readonly rpoHours: number;
}

export function presentWhen({ points, days, big, point, formats, now, rpoHours }: WhenOptions): When {
  const latest = points.at(-1) ?? point;
  const today = days.find(({ date }) => date === formats.day(point.time));
  const age = (now.getTime() - Date.parse(latest.time)) / hour;
  const own = points.findLast(({ kind }) => kind === 'manual');
  const lately = big.findLast(({ point: changed }) => now.getTime() - Date.parse(changed.time) < 2 * week);
  return {
    point,
    isLatest: point.id === latest.id,
    isDamaged: point.damage !== undefined,
    times: (today?.points ?? []).map(({ id, time }) => ({ id, time, isChosen: id === point.id })),
    latest,
    beforeBig: lately?.before,
    weekAgo: points.findLast(({ time }) => Date.parse(time) <= now.getTime() - week),
    own: own?.id === lately?.before.id ? undefined : own,
    warning: big.findLast(({ point: changed, before }) => changed.id === point.id || before.id === point.id),
    lateHours: age > rpoHours ? age : undefined,
  };
}
