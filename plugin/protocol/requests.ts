/**
 * Everything Larder will do for anyone, on one page. The command line turns argv into one of these; whoever
 * holds the rights performs it and answers. Nothing here carries a uid, a home or a destination's address:
 * those are looked up by the account's name.
 *
 * Paths are relative to the account's home and travel as base64 of their bytes, because not every name is text;
 * `''` is the whole home. Times travel as ISO 8601 in UTC.
 */
import type { ArchiveAnswers, ArchiveRequest } from './archives.ts';
import type { BrowseRequest, CheckRequest, ListRequest, PruneRequest } from './chosen-copy.ts';
import type { CopiesAnswers, CopiesRequest, CopyReport } from './copies.ts';
import type { Coverage } from '../domain/coverage.ts';
import type { QueuedKind } from '../domain/job-weight.ts';
import type { NodeType } from '../domain/tree-node.ts';
import type {
  DatabaseDownload,
  DatabasePlanReport,
  DatabaseReceiptReport,
  DatabaseRequest,
  DatabasesReport,
  ShownDatabasePlan,
  TableReport,
  TablesReport,
} from './databases.ts';
import type { AuditChain, AuditLine } from './audit.ts';
import type { BrowseReport, DiffReport, FindLine, VersionLine } from './history.ts';
import type { JobLine, JobProgress, LocalCopyLine, LocalCopyPolicy, StatusReport } from './jobs.ts';
import type { DownloadProblem, LocalCopyProblem } from './zip-problems.ts';
import type { InitAnswers } from './init.ts';
import type { KeysAnswers, KeysRequest } from './keys.ts';
import type { LookReport } from './look.ts';
import type { MailboxesReport, MailboxesRequest } from './mailboxes.ts';
import type { LoginRequest, SessionReport } from './sessions.ts';
import type { OwnAnswers, OwnRequest } from './own.ts';
import type { ScheduleAnswers, ScheduleRequest } from './schedules.ts';
import type { DraftReport, DraftRequest } from './drafts.ts';
import type { DrillsAnswers, DrillsRequest } from './drills.ts';
import type { PlanReport, PlanRequest, ReceiptReport, ShownPlan, ShowPlanRequest } from './plans.ts';
import type { PointDamage, ProofAnswers, ProofRequest } from './proof.ts';
import type { CheckReport, PruneReport } from './upkeep.ts';

export type Request =
  | { readonly kind: 'init' }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'accounts' }
  | { readonly kind: 'nightly' }
  | {
      readonly kind: 'backup';
      readonly account: string;
      readonly paths: readonly PathBytes[];
      readonly label: string | undefined;
      /** `databases`: these alone, without the home. */
      readonly only?: 'databases' | undefined;
    }
  /** With `changed`: only the restore points in which that path differs from the one before. */
  | ListRequest
  | BrowseRequest
  /** Names that contain `name`, in any restore point (or in `point`), whatever the case of ASCII letters; `*` and `?` as shells have them. */
  | {
      readonly kind: 'find';
      readonly account: string;
      readonly name: string;
      readonly point: string | undefined;
      readonly limit: number;
    }
  | { readonly kind: 'versions'; readonly account: string; readonly path: PathBytes }
  /** `to`: a restore point, or `now` for the live home. */
  | {
      readonly kind: 'diff';
      readonly account: string;
      readonly from: string;
      readonly to: string;
      readonly path: PathBytes;
      readonly limit: number;
      /** The copy that is compared; `from` is a restore point. */
      readonly source?: string | undefined;
    }
  /** What is at a path, with as much of its contents as can be shown. `point`: a restore point, or `now`. */
  | { readonly kind: 'look'; readonly account: string; readonly point: string; readonly path: PathBytes }
  | MailboxesRequest
  | RestoreRequest
  /** What a restore will do, before it does it. Changes nothing. */
  | PlanRequest
  /** A plan that was made, whatever became of it. */
  | ShowPlanRequest
  /** Changes what somebody is choosing to bring back, or tells it; one that is not known begins empty. */
  | DraftRequest
  /** What is in databases of restore points, and what bringing them back will do. */
  | DatabaseRequest
  /** What taking a restore back will do. `job` undefined: the newest that can be. */
  | { readonly kind: 'plan-undo'; readonly account: string; readonly job: string | undefined }
  /** Does what a plan says, or nothing when things are no longer as planned. */
  | { readonly kind: 'run-plan'; readonly account: string; readonly plan: string }
  /** A zip of paths of a restore point. The bytes travel on a stream of their own. */
  | {
      readonly kind: 'download';
      readonly account: string;
      readonly point: string;
      readonly paths: readonly PathBytes[];
      /** Where in the zip to begin; the same request always makes the same bytes. */
      readonly offset: number;
      /** A database in the place of a zip; `paths` is empty then. */
      readonly database?: DatabaseDownload | undefined;
      /** The job that prepared it: its bytes come as they lie there, and `point` and `paths` mean nothing. */
      readonly prepared?: string | undefined;
      /** The copy, or the archives, that it comes from; of files only. */
      readonly from?: string | undefined;
      /** The account's own, for archives that are sealed with it. */
      readonly passphrase?: string | undefined;
    }
  | { readonly kind: 'status'; readonly account: string }
  /** What staff, administrators, sessions and root did for an account, the newest first. */
  | { readonly kind: 'audit'; readonly account: string; readonly limit: number }
  /** The same of all accounts and of the server. `verify`: reads the whole chain, whether anything was changed. */
  | { readonly kind: 'audit-log'; readonly limit: number; readonly verify: boolean }
  | OwnRequest
  | ScheduleRequest
  | { readonly kind: 'jobs'; readonly account: string; readonly limit: number }
  /** One job as it is at this moment. */
  | { readonly kind: 'job'; readonly account: string; readonly job: string }
  /** Resolves when the job has ended; tells its progress meanwhile. */
  | { readonly kind: 'follow'; readonly account: string; readonly job: string }
  | { readonly kind: 'cancel'; readonly account: string; readonly job: string }
  /** Puts work into the queue and answers at once. */
  | { readonly kind: 'enqueue'; readonly work: QueuedRequest }
  /** Makes a plain archive of paths of the live home in a folder of it, and drops the oldest beyond `keep`. */
  | {
      readonly kind: 'local-copy';
      readonly account: string;
      readonly paths: readonly PathBytes[];
      readonly keep: number;
    }
  | { readonly kind: 'local-copies'; readonly account: string }
  | { readonly kind: 'local-copy-policy'; readonly account: string; readonly policy: LocalCopyPolicy }
  /** Makes the catalog of an account (or of all) anew from the restore points. */
  | { readonly kind: 'catalog-rebuild'; readonly account: string | undefined }
  /** A link with which one person may sign in once, within a minute. */
  | LoginRequest
  /** Trades the secret of such a link for a session. */
  | { readonly kind: 'open-session'; readonly secret: string }
  /** Whose session it is that comes with this request. */
  | { readonly kind: 'session' }
  | { readonly kind: 'close-session' }
  | CheckRequest
  | {
      readonly kind: 'forget';
      readonly account: string;
      readonly points: readonly string[];
      readonly dryRun: boolean;
      /** Leaves alone what the account does not want deleted (any more): it may have been called off while this waited. */
      readonly ifWanted?: boolean | undefined;
    }
  | ArchiveRequest
  | ProofRequest
  | DrillsRequest
  | PruneRequest
  | CopiesRequest
  | KeysRequest;

/** Requests that are work: they wait in the queue, and each runs in a process of its own. */
export type QueuedRequest = Extract<Request, { kind: QueuedKind }>;

export interface RestoreRequest {
  readonly kind: 'restore';
  readonly account: string;
  readonly paths: readonly PathBytes[];
  /** Restore point id or its beginning, `latest`, or an ISO time: then the newest point not after it. */
  readonly point: string;
  /** Absolute folder for the entries, or undefined: back where they were. */
  readonly to: string | undefined;
  readonly dryRun: boolean;
  readonly from?: string | undefined;
}

/** Base64 of a path's bytes. */
export type PathBytes = string;

/** The answer to each kind of request. All are plain JSON. */
export interface Answers
  extends
    InitAnswers,
    CopiesAnswers,
    KeysAnswers,
    OwnAnswers,
    ScheduleAnswers,
    ArchiveAnswers,
    ProofAnswers,
    DrillsAnswers {
  doctor: { findings: Finding[] };
  accounts: { accounts: AccountLine[] };
  nightly: NightlyReport;
  backup: BackupReport;
  list: { account: string; points: PointLine[] };
  browse: BrowseReport;
  find: { account: string; matches: FindLine[]; isComplete: boolean };
  versions: { account: string; path: PathBytes; versions: VersionLine[] };
  diff: DiffReport;
  look: LookReport;
  mailboxes: MailboxesReport;
  plan: PlanReport;
  databases: DatabasesReport;
  tables: TablesReport;
  table: TableReport;
  'plan-database': DatabasePlanReport;
  'plan-undo': PlanReport | DatabasePlanReport;
  'show-plan': ShownPlan | ShownDatabasePlan;
  draft: DraftReport;
  'run-plan': ReceiptReport | DatabaseReceiptReport;
  /** How long the zip is in all, and what could not be put into it. */
  download: {
    account: string;
    point: PointLine;
    bytes: number;
    files: number;
    /** The first of them. */
    problems: readonly DownloadProblem[];
    problemCount: number;
  };
  status: StatusReport;
  audit: { account: string; entries: AuditLine[] };
  'audit-log': { entries: AuditLine[]; chain: AuditChain | undefined };
  jobs: { account: string; jobs: JobLine[] };
  /** `plan`: what a job of kind `run-plan` runs. */
  job: { job: JobLine; result: unknown; plan: string | undefined };
  follow: { job: JobLine; result: unknown };
  cancel: { job: JobLine };
  enqueue: { job: JobLine };
  'local-copy': {
    account: string;
    file: PathBytes;
    files: number;
    bytes: number;
    /** Older copies that gave way. */
    removed: readonly PathBytes[];
    /** The first of them. */
    problems: readonly LocalCopyProblem[];
    problemCount: number;
  };
  'local-copies': { account: string; folder: PathBytes; copies: LocalCopyLine[]; policy: LocalCopyPolicy | undefined };
  'local-copy-policy': { account: string; policy: LocalCopyPolicy };
  'catalog-rebuild': { catalogs: { account: string; points: number; paths: number }[] };
  login: { secret: string; url: string | undefined; expiresAt: string };
  'open-session': {
    session: string;
    role: 'account' | 'staff' | 'admin';
    account: string | undefined;
    expiresAt: string;
  };
  session: SessionReport;
  'close-session': object;
  restore: RestoreReport;
  check: { repositories: CheckReport[] };
  forget: { account: string; dryRun: boolean; forgotten: PointLine[]; kept: PointLine[] };
  prune: { dryRun: boolean; repositories: PruneReport[] };
}

export type Answer<Kind extends Request['kind']> = Answers[Kind];

/** `mend` says what a person can do; absent when nothing is wrong. Texts are keys below `doctor.` in the locales. */
export interface Finding {
  readonly check: string;
  readonly level: 'good' | 'warning' | 'bad';
  readonly facts: { readonly [name: string]: string | number };
}

export interface AccountLine {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  readonly databases: number;
  readonly lastBackupAt: string | undefined;
  readonly lastSizeBytes: number | undefined;
  /** When a drill last really restored it and found all of it right; undefined when never. */
  readonly provenAt: string | undefined;
  /** When one last did so with its files alone, if that was after `provenAt`. */
  readonly filesProvenAt: string | undefined;
}

export interface BackupReport {
  readonly account: string;
  readonly outcome: 'done' | 'incomplete' | 'failed';
  /** Set when it failed: a failure code and its facts. */
  readonly failure: { readonly code: string; readonly facts: { readonly [name: string]: unknown } } | undefined;
  readonly snapshotId: string | undefined;
  readonly startedAt: string;
  readonly seconds: number;
  readonly files: number;
  /** With those of databases. */
  readonly bytes: number;
  /** How many databases are in it. */
  readonly databases: number;
  readonly filesChanged: number;
  readonly bytesRead: number;
  /** What the repository grew by. */
  readonly bytesAdded: number;
  readonly coverage: Coverage;
}

export interface NightlyReport {
  /** Where there are destinations for copies: how each account's went. */
  readonly copies?: readonly CopyReport[] | undefined;
  /** Where there is a destination for archives: how each account's went. */
  readonly archives?: ArchiveAnswers['archive'] | undefined;
  /** Accounts with a passphrase of their own: their backups are archives, and nothing else. */
  readonly ownPassphrase?: readonly string[] | undefined;
  readonly startedAt: string;
  readonly seconds: number;
  readonly accounts: readonly BackupReport[];
}

export interface PointLine {
  readonly id: string;
  readonly time: string;
  /** `nightly`, `manual`, or `foreign` when other software made it. */
  readonly kind: string;
  readonly label: string | undefined;
  readonly files: number | undefined;
  readonly bytes: number | undefined;
  /** The paths below the home that it was made of, where it was of some alone. */
  readonly only?: readonly PathBytes[] | undefined;
  /** Against the restore point before it, from the catalog; undefined where that does not know. */
  readonly added?: number | undefined;
  readonly changed?: number | undefined;
  readonly removed?: number | undefined;
  /** When it was last read back and found whole; absent when it never was. */
  readonly verifiedAt?: string | undefined;
  /** When it was last restored in a drill and everything was right. */
  readonly provenAt?: string | undefined;
  /** Some of it cannot be restored any more; absent where nothing is known to be lost. */
  readonly damage?: PointDamage | undefined;
  /** Destinations whose copies held it when they were last looked at; absent where there are no copies, or it was read from one. */
  readonly copies?: readonly string[] | undefined;
}

export interface EntryLine {
  readonly name: PathBytes;
  readonly type: NodeType;
  readonly sizeBytes: number;
  readonly modified: string;
  readonly mode: number;
  readonly linkTarget: PathBytes | undefined;
}

export interface RestoreReport {
  readonly account: string;
  readonly point: PointLine;
  readonly to: string;
  readonly dryRun: boolean;
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly problemCount: number;
  readonly problems: readonly { readonly path: PathBytes; readonly reason: string; readonly lost: boolean }[];
}

/** What a running request tells meanwhile; for people only, never needed for the answer. */
export type Progress =
  | { readonly kind: 'account-started'; readonly account: string }
  | { readonly kind: 'account-finished'; readonly report: BackupReport }
  | { readonly kind: 'job'; readonly job: JobLine }
  | ({ readonly kind: 'advance'; readonly account: string } & JobProgress);

/**
 * Performs requests: in this process for root, over a socket for everyone else.
 * @throws {Failure} whatever the request can fail with.
 */
export interface Performer {
  perform<Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<Answer<Kind>>;

  /**
   * Performs a download; its bytes go to `sink` in order, which may make the sender wait by its promise.
   * @throws {Failure} whatever the request can fail with; what was sent until then is right and may be continued.
   */
  download(
    request: Extract<Request, { kind: 'download' }>,
    sink: (bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Answer<'download'>>;
}
