import type { Formats } from '../../domain/formats.ts';
import type { AccountProof } from '../../protocol/proof.ts';
import { ageHours, freshness, showAge } from './host-accounts.ts';

/** How old the newest good backups are: a picture 200 wide and 100 high. */
export interface AgeChart {
  readonly bars: readonly AgeBar[];
  /** What stands below, at each fifth from the left, in hours or days. */
  readonly axis: readonly number[];
  readonly unit: 'h' | 'd';
  /** Where the goal is, when it is the same for all. */
  readonly goal: { readonly x: number; readonly text: string } | undefined;
  /** The age of the oldest; undefined where nobody has a backup. */
  readonly oldest: string | undefined;
  readonly step: string;
}

interface AgeBar {
  readonly x: number;
  /** From the foot upwards. */
  readonly parts: readonly { readonly tone: 'bar' | 'warn' | 'bad'; readonly y: number; readonly height: number }[];
}

const width = 200;
const height = 100;
const bars = 20;
/** Hours that a bar may stand for. */
const steps = [0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24, 48, 96] as const;
const leastHeight = 1.5;
/** From there on people count in days. */
const mostHours = 200;

/** The last bar also holds all that are older. */
export function presentAges(accounts: readonly AccountProof[], formats: Formats, now: Date): AgeChart {
  const goals = [...new Set(accounts.map(({ rpoHours }) => rpoHours))];
  const highest = Math.max(1, ...goals);
  const step = steps.find((hours) => hours * bars >= 2 * highest) ?? (2 * highest) / bars;
  const counted = countBars(accounts, step, now);
  const most = Math.max(1, ...counted.map((parts) => parts.bar + parts.warn + parts.bad));
  const ages = accounts.flatMap((account) => ageHours(account, now) ?? []);
  const [goal] = goals;
  const unit = step * bars < mostHours ? 'h' : 'd';
  const hours = (count: number): string => formats.duration(count * 3600);
  return {
    bars: counted.map((parts, place) => ({ x: (place * width) / bars + 1, parts: stack(parts, most) })),
    axis: [0, 1, 2, 3, 4].map((fifth) => round((fifth * step * bars) / 5 / (unit === 'h' ? 1 : 24))),
    unit,
    goal:
      goals.length === 1 && goal !== undefined ? { x: (goal / (step * bars)) * width, text: hours(goal) } : undefined,
    oldest:
      ages.length === 0
        ? undefined
        : showAge(
            ages.reduce((one, other) => Math.max(one, other)),
            formats,
          ),
    step: hours(step),
  };
}

interface BarCount {
  bar: number;
  warn: number;
  bad: number;
}

function countBars(accounts: readonly AccountProof[], step: number, now: Date): BarCount[] {
  const counted = Array.from({ length: bars }, (): BarCount => ({ bar: 0, warn: 0, bad: 0 }));
  for (const account of accounts) {
    const age = ageHours(account, now);
    const counts = age === undefined ? undefined : counted[Math.min(bars - 1, Math.floor(age / step))];
    if (counts === undefined) continue;
    const state = freshness(account, now);
    counts[state === 'fresh' ? 'bar' : state === 'late' ? 'warn' : 'bad'] += 1;
  }
  return counted;
}

/** What is there is seen, however few it is. */
function stack(counts: BarCount, most: number): AgeBar['parts'] {
  let top = height;
  return (['bar', 'warn', 'bad'] as const).flatMap((tone) => {
    if (counts[tone] === 0) return [];
    const tall = Math.max(leastHeight, (counts[tone] / most) * (height - 4));
    top -= tall;
    return [{ tone, y: round(top), height: round(tall) }];
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
