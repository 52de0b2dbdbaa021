import type { BigChange } from './big-change.ts';
import type { Day } from './timeline.ts';

export interface Cell {
  readonly date: string;
  readonly kind: 'usual' | 'big' | 'own' | 'none' | 'ahead';
  readonly level: number;
  readonly changes: number;
  readonly point: string | undefined;
  readonly isChosen: boolean;
}

export interface Month {
  /** `2026-11`. */
  readonly month: string;
  /** Monday first; undefined outside the month. */
  readonly weeks: readonly (readonly (Cell | undefined)[])[];
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

export interface MonthOptions {
  readonly month: string;
  readonly days: readonly Day[];
  readonly big: readonly BigChange[];
  readonly chosen: string;
  readonly today: string;
}

const dayMilliseconds = 86_400_000;

/** One month as a calendar has it. */
export function presentMonth({ month, days, big, chosen, today }: MonthOptions): Month {
  const first = Date.parse(`${month}-01`);
  const lead = (new Date(first).getUTCDay() + 6) % 7;
  const dates = Array.from({ length: 42 }, (_, index) =>
    new Date(first + (index - lead) * dayMilliseconds).toISOString().slice(0, 10),
  );
  const byDate = new Map(days.map((day) => [day.date, day]));
  const unusual = new Set(big.map(({ point }) => point.id));
  const cells = dates.map((date) => {
    if (!date.startsWith(month)) return undefined;
    return toCell(date, byDate.get(date), { unusual, chosen, today });
  });
  const weeks = Array.from({ length: 6 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  const months = [...new Set(days.map(({ date }) => date.slice(0, 7)))];
  return {
    month,
    weeks: weeks.filter((week) => week.some((cell) => cell !== undefined)),
    previous: months.findLast((other) => other < month),
    next: months.find((other) => other > month),
  };
}

interface Around {
  readonly unusual: ReadonlySet<string>;
  readonly chosen: string;
  readonly today: string;
}

function toCell(date: string, day: Day | undefined, { unusual, chosen, today }: Around): Cell {
  const changes = day?.changes ?? 0;
  return {
    date,
    kind: kindOf(date, day, unusual, today),
    level: Math.max(1, Math.min(10, Math.round(Math.log2(changes + 1) * 1.1))),
    changes,
    point: day?.points.at(-1)?.id,
    isChosen: date === chosen,
  };
}

function kindOf(date: string, day: Day | undefined, unusual: ReadonlySet<string>, today: string): Cell['kind'] {
  if (day === undefined) return date > today ? 'ahead' : 'none';
  if (day.points.some(({ id }) => unusual.has(id))) return 'big';
  return day.points.some(({ kind }) => kind === 'manual') ? 'own' : 'usual';
}
