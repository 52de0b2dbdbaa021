import type { BackupReport } from './requests.ts';
import type { PolicyWish } from '../domain/compose-policy.ts';
import type { HeldReason } from '../domain/guard-retention.ts';
import type { JobFailure } from './jobs.ts';
import type { PruneReport } from './upkeep.ts';
import type { ForgetWord, KeepWord } from '../domain/plan-retention.ts';

export type ScheduleRequest =
  /** What runs by itself for an account in the next `days` days, or the next run of each schedule; and what stays. */
  | { readonly kind: 'schedule'; readonly account: string; readonly days: number | undefined }
  /** The same of the whole server. */
  | { readonly kind: 'server-schedule'; readonly days: number | undefined }
  /** Forgets what the rules let go, then frees its space. `isConfirmed`: a person wants it also when much goes at once. */
  | {
      readonly kind: 'rotate';
      readonly account: string | undefined;
      readonly dryRun: boolean;
      readonly isConfirmed: boolean;
    }
  | ScheduledBackupRequest
  /** Backs up the server itself. */
  | { readonly kind: 'system-backup' }
  /** What the rules (or others, as `policy` wishes) would keep from a day on, `2026-01-01`; undefined: from today. */
  | {
      readonly kind: 'retention-simulate';
      readonly account: string | undefined;
      readonly from: string | undefined;
      readonly days: number;
      readonly policy: PolicyWish;
    };

export interface ScheduleAnswers {
  schedule: ScheduleReport;
  'server-schedule': ScheduleReport;
  rotate: RotateReport;
  'scheduled-backup': ScheduledBackupReport;
  'system-backup': BackupReport;
  'retention-simulate': SimulationReport;
}

/** A run of a schedule. */
export interface ScheduledBackupRequest {
  readonly kind: 'scheduled-backup';
  /** The schedule's name. */
  readonly schedule: string;
  readonly does: 'backup' | 'databases';
  readonly dueAt: string;
  /** It begins with no account from then on. */
  readonly until: string | undefined;
  /** Whether accounts are spread over the time until then. */
  readonly isSpread: boolean;
  /** Undefined: all. */
  readonly accounts: readonly string[] | undefined;
}

export interface ScheduledBackupReport {
  readonly schedule: string;
  readonly accounts: readonly BackupReport[];
  /** How many were left out. */
  readonly skips: number;
  /** In how many jobs of their own accounts are backed up. */
  readonly parts: number;
}

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
  /** `nightly`, `databases`, `copies`, `archives`, `rotate`, `system`, or the name of an own schedule. */
  readonly schedule: string;
  readonly does: ScheduledWork;
  readonly dueAt: string;
  /** Until when it may begin with an account; undefined where it does so at once. */
  readonly until: string | undefined;
  /** About when it comes to the account that was named. */
  readonly expectedAt: string | undefined;
  readonly accounts: number;
}

/** `backup`: whole accounts. `databases`: only those. `copies`, `archives`: what goes elsewhere. `system`: the server itself. */
export type ScheduledWork = 'backup' | 'databases' | 'copies' | 'archives' | 'rotate' | 'system';

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

/** What rotation keeps and forgets. */
export interface RotateReport {
  readonly dryRun: boolean;
  /** The day that the rules look at, such as `2026-11-29`. */
  readonly day: string;
  readonly accounts: readonly AccountRotation[];
  /** How many repositories have space to free that this run had no time for; the next ones go on. */
  readonly unpruned: number;
}

export interface AccountRotation {
  readonly account: string;
  /** `policy`, `classic`, `all` or `own`. */
  readonly policy: string;
  /** Why this account is kept otherwise than the others; undefined where it is not. */
  readonly exception: string | undefined;
  /** How many stay. */
  readonly kept: number;
  /** What stays, oldest first; only told by a dry run. */
  readonly keep: readonly KeptPointLine[];
  readonly forget: readonly ForgottenPointLine[];
  /** Why less is forgotten than the rules say. */
  readonly held: readonly HeldReason[];
  readonly failure: JobFailure | undefined;
  readonly pruned: PruneReport | undefined;
}

export interface ForgottenPointLine {
  readonly id: string;
  readonly time: string;
  readonly kind: string;
  readonly label: string | undefined;
  readonly reason: ForgetWord;
}

/** Which restore points would be there at the end of each day, if every night succeeded. */
export interface SimulationReport {
  readonly timeZone: string;
  readonly retention: RetentionLine;
  readonly days: readonly SimulatedDayLine[];
}

export interface SimulatedDayLine {
  /** `2026-01-01` */
  readonly date: string;
  /** When they were made, oldest first: ISO 8601 with the offset of the server's zone. */
  readonly kept: readonly string[];
}
