import type { KeepWord } from '../domain/plan-retention.ts';

/** What runs by itself, and what stays. Of one account, or of the whole server. */
export interface ScheduleReport {
  readonly account: string | undefined;
  /** IANA name: in it days begin, and the times of schedules are meant. */
  readonly timeZone: string;
  /** Coming runs, the next first. */
  readonly runs: readonly ScheduledRun[];
  /** The newest runs that were left out, newest first; of the whole server where no account was named. */
  readonly skips: readonly SkippedRun[];
  /** Which rules say what stays; undefined where no account was named. */
  readonly retention: RetentionLine | undefined;
  /** Every restore point of the account, oldest first, with how long it stays. */
  readonly points: readonly KeptPointLine[];
}

export interface ScheduledRun {
  /** `nightly`, `databases`, `rotate`, `system`, or the name of an own schedule. */
  readonly schedule: string;
  readonly does: ScheduledWork;
  readonly dueAt: string;
  /** Until when it may begin with an account; undefined where it does so at once. */
  readonly until: string | undefined;
  /** About when it comes to the account that was named. */
  readonly expectedAt: string | undefined;
  readonly accounts: number;
}

/** `backup`: whole accounts. `databases`: only those. `system`: the server itself. */
export type ScheduledWork = 'backup' | 'databases' | 'rotate' | 'system';

export interface SkippedRun {
  readonly account: string;
  readonly at: string;
  readonly reason: SkippedBecause;
}

export type SkippedBecause = 'suspended' | 'over-quota' | 'excluded' | 'window-over';

export interface RetentionLine {
  /** `policy`, `classic`, `all` or `own`. */
  readonly policy: string;
  readonly rules: readonly { readonly rule: KeepWord; readonly count: number | undefined }[];
  readonly dropAfterDays: number | undefined;
  readonly databaseAllDays: number;
  readonly databaseDays: number;
  readonly manualDays: number;
  /** Why this account is kept otherwise than the others; undefined where it is not. */
  readonly reason: string | undefined;
}

export interface KeptPointLine {
  readonly id: string;
  readonly time: string;
  readonly kind: string;
  readonly label: string | undefined;
  /** Every reason for which it stays now; empty: it goes with the next rotation. */
  readonly reasons: readonly KeepReasonLine[];
  /** The day (`2026-12-11`) on which it will go if every night succeeds; undefined: not within three years. */
  readonly goesOn: string | undefined;
}

export interface KeepReasonLine {
  readonly rule: KeepWord;
  /** The hour, day, week, month or year that the point stands for, such as `2026-11-30`. */
  readonly period: string;
  /** The last day of its month has no restore point, and this is the latest. */
  readonly isStandIn: boolean;
}
