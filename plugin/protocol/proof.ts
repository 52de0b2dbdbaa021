import type { InventoryRules } from '../domain/plan-inventory.ts';
import type { DatabaseOutcome, DrillOutcome, SiteOutcome } from '../domain/drill-outcome.ts';
import type { SiteProblem } from '../domain/site-answer.ts';
import type { StorageDay } from '../domain/storage-trend.ts';
import type { ProvenReport } from './proven.ts';
import type { CheckFinding } from './upkeep.ts';

/** Requests about whether what is kept is good. */
export type ProofRequest =
  /** Reads repositories back. `due`: those whose turn it is, each as deeply as is due. `repair`: mends what can be mended. */
  | {
      readonly kind: 'verify';
      readonly account: string | undefined;
      readonly full: boolean;
      readonly due: boolean;
      readonly repair: boolean;
      /** The copy, or the archives, that are read; undefined: where restore points are made. */
      readonly from?: string | undefined;
    }
  /** Really restores into a sandbox and compares: one account, the one whose turn it is, those that are due, or all. */
  | {
      readonly kind: 'drill';
      readonly account: string | undefined;
      readonly which: 'account' | 'next' | 'due' | 'all';
      /** The copy, or the archives, that it takes from. */
      readonly from?: string | undefined;
    }
  /** Drills that were done, newest first. */
  | { readonly kind: 'drills'; readonly account: string | undefined; readonly limit: number }
  /** What somebody must know now; with `over` also what is over. */
  | { readonly kind: 'alerts'; readonly over: boolean }
  /** Looks at everything, tells people what is new and what is over. */
  | { readonly kind: 'watch' }
  /** Numbers for Prometheus, in its text format. */
  | { readonly kind: 'metrics' }
  /** How well accounts are kept, between two times. */
  | { readonly kind: 'report'; readonly from: string; readonly to: string };

export interface ProofAnswers {
  /** `locked`: accounts whose repositories somebody else works in; they are read the next time. */
  verify: { repositories: VerifyReport[]; locked: string[] };
  drill: { drills: DrillReport[] };
  /** `proven`: of the account that was named. */
  drills: { drills: DrillReport[]; proven: ProvenReport | undefined };
  alerts: { alerts: AlertLine[] };
  watch: { begun: number; over: number; told: number };
  metrics: { text: string };
  report: ProofReport;
}

/** What of a restore point cannot be restored any more. */
export interface PointDamage {
  readonly since: string;
  /** Stable words, such as `missing-pack`. */
  readonly kinds: readonly string[];
  /** Some of the paths that are lost, as people see names. */
  readonly paths: readonly string[];
  /** The nearest restore point of the whole account without known damage; undefined when there is none. */
  readonly nearestGood: string | undefined;
}

/** What reading one repository back found. */
export interface VerifyReport {
  readonly account: string;
  readonly destination: string;
  readonly depth: 'index' | 'full';
  readonly seconds: number;
  readonly points: number;
  readonly damagedPoints: number;
  readonly bytesRead: number;
  readonly damage: readonly CheckFinding[];
  /** What was done about damage; undefined when nothing was. */
  readonly repair: RepairReport | undefined;
}

export interface RepairReport {
  /** Packs and snapshots that copies at other destinations gave back. */
  readonly fromCopies: number;
  /** Contents that were saved out of damaged packs. */
  readonly saved: number;
  readonly lost: number;
  /** Restore points that are whole again, because what they lost is still in the home. */
  readonly healedPoints: number;
}

export type DrillReason = 'asked' | 'due' | 'picked';

export type DrillStep = 'restore' | 'compare' | 'required' | 'databases' | 'sites';

/** A real restore into a sandbox, and whether everything was right. */
export interface DrillReport {
  readonly id: string;
  readonly account: string;
  readonly point: string;
  readonly pointTime: string;
  /** Where it was read; undefined: that was not written down. */
  readonly destination?: string | undefined;
  readonly startedAt: string;
  /** Why now: somebody asked, it was the account's turn, or chance chose it, as it does each week. */
  readonly reason: DrillReason;
  readonly outcome: DrillOutcome;
  readonly seconds: number;
  readonly steps: readonly { readonly step: DrillStep; readonly seconds: number; readonly isGood: boolean }[];
  /** What the account's tier allows for a restore of everything. */
  readonly rtoSeconds: number;
  readonly isWithinRto: boolean;
  readonly isolation: DrillIsolation;
  readonly files: {
    readonly restored: number;
    readonly bytes: number;
    readonly compared: number;
    readonly missing: number;
    readonly different: number;
    /** Some of those, as people see paths. */
    readonly paths: readonly string[];
  };
  readonly sites: readonly DrilledSite[];
  readonly databases: readonly DrilledDatabase[];
  /** What was wrong; each with a sentence below `drill.problem` in the locales. */
  readonly problems: readonly DrillProblem[];
}

/** As which user, and whether processes that run what was restored had a network. */
export interface DrillIsolation {
  /** Undefined: the user who runs Larder, because only root can take another. */
  readonly uid: number | undefined;
  readonly network: 'none' | 'not-isolated' | 'not-needed';
}

/** A folder that looks like a site. */
export interface DrilledSite {
  readonly path: string;
  /** What sites of its kind must have. */
  readonly missing: readonly string[];
  /** Undefined where it was not to be asked for its front page. */
  readonly probe?: SiteProbe | undefined;
}

export interface SiteProbe {
  readonly outcome: SiteOutcome;
  /** Of HTTP; undefined where nothing was answered. */
  readonly status: number | undefined;
  readonly seconds: number;
}

export interface DrilledDatabase {
  readonly name: string;
  readonly engine: string;
  readonly tables: number;
  readonly rows: number;
  readonly seconds: number;
  readonly outcome: DatabaseOutcome;
}

export interface DrillProblem {
  readonly kind:
    | 'files-missing'
    | 'files-differ'
    | 'required-missing'
    | 'no-space'
    | 'database-failed'
    | 'tables-missing'
    | 'definitions-failed'
    | SiteProblem
    | 'stopped'
    | 'unfinished';
  readonly count?: number | undefined;
  /** A site, a database, or a failure's code. */
  readonly name?: string | undefined;
  readonly detail?: string | undefined;
}

export type AlertKind =
  | 'backup-late'
  | 'backup-missed'
  | 'backup-failed'
  | 'point-damaged'
  | 'required-missing'
  | 'drill-failed'
  | 'drill-overdue'
  | 'databases-unproven'
  | 'storage-low'
  | 'backup-large'
  | 'backup-small'
  | 'count-drop'
  | 'copy-late'
  | 'copy-lost';

/** Something that somebody must know, from when it began until it is over. */
export interface AlertLine {
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: 'failure' | 'warning';
  readonly account: string | undefined;
  readonly since: string;
  readonly resolvedAt: string | undefined;
  readonly facts: { readonly [name: string]: string | number };
}

/** How well accounts were kept between two times: what a host shows to whoever asks whether the backups are good. */
export interface ProofReport {
  readonly server: string;
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  readonly accounts: readonly AccountProof[];
  readonly runs: { readonly total: number; readonly failed: number; readonly successRate: number };
  /** The share of days on which every account had a restore point within its RPO. */
  readonly adherence: number;
  readonly drills: {
    readonly done: number;
    readonly passed: number;
    /** Those that loaded no databases, and found nothing wrong. */
    readonly filesOnly: number;
    /** Those that came to their end, whatever they found: of these are the times. */
    readonly ended: number;
    readonly withinRto: number;
    readonly medianSeconds: number | undefined;
    readonly slowestSeconds: number | undefined;
  };
  readonly storage: readonly DestinationProof[];
  readonly cost: { readonly perMonth: number; readonly currency: string } | undefined;
  readonly alerts: { readonly open: number; readonly begun: number; readonly resolved: number };
  readonly recommendations: readonly Recommendation[];
}

export interface AccountProof {
  readonly account: string;
  readonly tier: string;
  readonly rpoHours: number;
  readonly rtoMinutes: number;
  readonly lastGoodAt: string | undefined;
  readonly isWithinRpo: boolean;
  readonly runs: number;
  readonly failedRuns: number;
  readonly bytes: number;
  /** Against the first run of the time. */
  readonly growthBytes: number;
  readonly damagedPoints: number;
  readonly verifiedAt: string | undefined;
  readonly provenAt: string | undefined;
  /** When a drill last proved files while databases could not be loaded, if that was after `provenAt`. */
  readonly filesProvenAt: string | undefined;
  readonly lastDrill: DrillOutcome | undefined;
  readonly drillSeconds: number | undefined;
  /** With the live data; only those that can be relied upon. */
  readonly copies: number;
  readonly hasOffsite: boolean;
  /** From when the newest is that is kept elsewhere, as far as is known. */
  readonly offsiteAt: string | undefined;
  /** 3-2-1 and what is promised beyond, as the inventory judges. */
  readonly rules: InventoryRules;
}

export interface DestinationProof {
  readonly destination: string;
  readonly bytesStored: number;
  readonly bytesFree: number | undefined;
  readonly growthPerDay: number;
  /** By trend; undefined when it does not fill up. */
  readonly daysLeft: number | undefined;
  /** What the trend is taken from, oldest first. */
  readonly days: readonly StorageDay[];
}

export interface Recommendation {
  readonly kind:
    | 'no-offsite'
    | 'never-drilled'
    | 'databases-unproven'
    | 'drill-failed'
    | 'damaged'
    | 'late'
    | 'storage-low'
    | 'slower-than-rto'
    | 'failing';
  readonly count: number;
  /** Some of the accounts or destinations that it is about. */
  readonly names: readonly string[];
}
