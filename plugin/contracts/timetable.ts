import type { AccountName, Generation } from '../domain/ids.ts';

/** What is remembered of schedules, in the metadata database; only of this server. */
export interface Timetable {
  /** For each schedule's key, up to which moment its runs were dealt with. */
  dealtWith(): Promise<ReadonlyMap<string, Date>>;

  /** Remembers it; keys that are not among `keys` any more are dropped. */
  setDealtWith(until: ReadonlyMap<string, Date>, keys: readonly string[]): Promise<void>;

  /** Remembers a day on which this server worked, counted from 1970-01-01. */
  noteDay(day: number): Promise<void>;

  /** Forgets those later than it: the clock was ahead. */
  forgetDaysAfter(day: number): Promise<void>;

  /** Those days, newest first. */
  workedDays(limit: number): Promise<readonly number[]>;

  /** Remembers runs that were left out. */
  addSkips(skips: readonly Skip[]): Promise<void>;

  /** The newest skipped runs of an account, or of all; newest first. */
  skips(generation: Generation | undefined, limit: number): Promise<readonly Skip[]>;

  /** Forgets skips, days, and runs of accounts that have a successful one since, from before a moment. */
  removeBefore(time: Date): Promise<void>;
}

export interface Skip {
  readonly generation: Generation;
  readonly accountName: AccountName;
  readonly at: Date;
  /** The schedule's name. */
  readonly schedule: string;
  readonly reason: 'suspended' | 'over-quota' | 'excluded' | 'window-over';
}
