import type { DrillFault } from '../../domain/drill-outcome.ts';
import type { Formats } from '../../domain/formats.ts';
import type { ProvenReport, ProvenRestore } from '../../protocol/proven.ts';
import type { PointLine } from '../../protocol/requests.ts';

/** When the account was last really restored as a test, in words. */
export interface ProvenView {
  /** What may be said in one sentence: nothing is claimed of an account whose newest test failed. */
  readonly said: 'all' | 'files' | 'failed' | 'none';
  /** What passed last, whatever was after it. */
  readonly passed: PassedTest | undefined;
  readonly failed: FailedTest | undefined;
}

export interface PassedTest {
  readonly word: 'all' | 'files';
  /** The day of the test, and of which backup it was. */
  readonly on: string;
  readonly day: string;
  readonly ago: string;
  readonly of: string;
  readonly took: string;
  readonly files: number;
  readonly databases: number;
  readonly rows: number;
  /** The backup itself, while it can still be chosen. */
  readonly point: string | undefined;
  /** When files and databases passed together, where this one was of files alone. */
  readonly whole: string | undefined;
}

interface FailedTest {
  readonly on: string;
  readonly of: string;
  readonly fault: DrillFault;
}

export interface ProvenOptions {
  readonly proven: ProvenReport | undefined;
  /** Backups that can be chosen. */
  readonly points: readonly PointLine[];
  readonly formats: Formats;
  readonly now: Date;
}

export function presentProven(options: ProvenOptions): ProvenView {
  const { everything, filesOnly, failed } = options.proven ?? {};
  const { formats } = options;
  const newest = filesOnly ?? everything;
  const passed = newest && toPassed(newest, newest === filesOnly ? 'files' : 'all', options);
  return {
    said: failed === undefined ? (passed?.word ?? 'none') : 'failed',
    passed,
    failed: failed && {
      on: formats.date(failed.at, 'dayMonth'),
      of: formats.date(failed.pointTime, 'weekdayTime'),
      fault: failed.fault,
    },
  };
}

function toPassed(test: ProvenRestore, word: PassedTest['word'], options: ProvenOptions): PassedTest {
  const { proven, points, formats, now } = options;
  const { at, point, pointTime, seconds, files, databases, rows } = test;
  const whole = word === 'files' ? proven?.everything : undefined;
  return {
    word,
    on: formats.date(at, 'dayMonth'),
    day: formats.date(at, 'dayShort'),
    ago: formats.ago(at, now),
    of: formats.date(pointTime, 'weekdayTime'),
    took: formats.duration(Math.max(1, Math.round(seconds))),
    files,
    databases,
    rows,
    point: points.some(({ id }) => id === point) ? point : undefined,
    whole: whole && formats.date(whole.at, 'dayMonth'),
  };
}
