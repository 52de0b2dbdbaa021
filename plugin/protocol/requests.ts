/**
 * Everything Larder will do for anyone, on one page. The command line turns argv into one of these; whoever
 * holds the rights performs it and answers. Nothing here carries a uid, a home or a destination's address:
 * those are looked up by the account's name.
 *
 * Paths are relative to the account's home and travel as base64 of their bytes, because not every name is text;
 * `''` is the whole home. Times travel as ISO 8601 in UTC.
 */
import type { Coverage } from '../domain/coverage.ts';
import type { NodeType } from '../domain/tree-node.ts';

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
    }
  | { readonly kind: 'list'; readonly account: string }
  | { readonly kind: 'browse'; readonly account: string; readonly point: string; readonly path: PathBytes }
  | RestoreRequest
  | { readonly kind: 'check'; readonly account: string | undefined; readonly readData: boolean }
  | { readonly kind: 'forget'; readonly account: string; readonly points: readonly string[]; readonly dryRun: boolean }
  | { readonly kind: 'prune'; readonly account: string | undefined; readonly dryRun: boolean }
  | { readonly kind: 'keys-restic-env'; readonly account: string };

export interface RestoreRequest {
  readonly kind: 'restore';
  readonly account: string;
  readonly paths: readonly PathBytes[];
  /** Restore point id or its beginning, `latest`, or an ISO time: then the newest point not after it. */
  readonly point: string;
  /** Absolute folder for the entries, or undefined: back where they were. */
  readonly to: string | undefined;
  readonly dryRun: boolean;
}

/** Base64 of a path's bytes. */
export type PathBytes = string;

/** The answer to each kind of request. All are plain JSON. */
export interface Answers {
  init: { state: string; recipients: string[]; identityFiles: string[]; accounts: number };
  doctor: { findings: Finding[] };
  accounts: { accounts: AccountLine[] };
  nightly: NightlyReport;
  backup: BackupReport;
  list: { account: string; points: PointLine[] };
  browse: { account: string; point: PointLine; path: PathBytes; entries: EntryLine[] };
  restore: RestoreReport;
  check: { repositories: CheckReport[] };
  forget: { account: string; dryRun: boolean; forgotten: PointLine[]; kept: PointLine[] };
  prune: { dryRun: boolean; repositories: PruneReport[] };
  'keys-restic-env': { repository: string; password: string };
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
  readonly bytes: number;
  readonly filesChanged: number;
  readonly bytesRead: number;
  /** What the repository grew by. */
  readonly bytesAdded: number;
  readonly coverage: Coverage;
}

export interface NightlyReport {
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

export interface CheckReport {
  readonly account: string;
  readonly destination: string;
  readonly points: number;
  readonly packs: number;
  readonly bytesRead: number;
  /** Harmless oddities, such as packs that no index names (an interrupted backup leaves them; prune removes them). */
  readonly hints: readonly CheckFinding[];
  readonly damage: readonly CheckFinding[];
}

export interface CheckFinding {
  /** A stable word, such as `missing-pack`. */
  readonly kind: string;
  readonly object: string;
  /** Restore points that cannot be restored in full because of it. */
  readonly points: readonly string[];
  readonly paths: readonly string[];
}

export interface PruneReport {
  readonly account: string;
  readonly destination: string;
  readonly packsRemoved: number;
  readonly packsRepacked: number;
  readonly bytesFreed: number;
  readonly bytesUnused: number;
  readonly bytesTotal: number;
}

/** What a running request tells meanwhile; for people only, never needed for the answer. */
export type Progress =
  | { readonly kind: 'account-started'; readonly account: string }
  | { readonly kind: 'account-finished'; readonly report: BackupReport }
  | {
      readonly kind: 'advance';
      readonly step: 'backup' | 'restore' | 'check' | 'prune';
      readonly account: string;
      readonly items: number;
      readonly itemsTotal: number | undefined;
      readonly bytes: number;
      readonly bytesTotal: number | undefined;
    };

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
}
