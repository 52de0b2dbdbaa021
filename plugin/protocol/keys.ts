/** What is asked and told of keys. For root alone. */
import type { DestinationConfiguration } from '../domain/destination.ts';
import type { RecoveryOutcome } from '../domain/recovery-outcome.ts';

export type KeysRequest =
  | CheckRecoveryRequest
  /** A new server key; or, with `recipients`, other recovery keys, for which every password is sealed anew. */
  | { readonly kind: 'keys-rotate'; readonly recipients: readonly string[] | undefined }
  | RenewRequest
  /** The same for every account and the server's own restore points, one after the other. */
  | { readonly kind: 'keys-renew-all'; readonly dryRun: boolean; readonly acceptLoss: boolean }
  /** Removes repositories in whose place others with new keys are used. `acceptLoss`: also what is nowhere else. */
  | {
      readonly kind: 'keys-remove-former';
      readonly account: string;
      readonly dryRun: boolean;
      readonly acceptLoss: boolean;
    }
  /** With what stock programs open everything of an account. */
  | { readonly kind: 'keys-export'; readonly account: string }
  | { readonly kind: 'keys-restic-env'; readonly account: string; readonly destination?: string | undefined };

/** A new repository with keys of its own, into which everything is brought. */
export interface RenewRequest {
  readonly kind: 'keys-renew';
  readonly account: string;
  readonly dryRun: boolean;
  /** Also when some of what restore points need is lost already. */
  readonly acceptLoss: boolean;
}

/** Do the keys that are kept off this server open everything? Answered by the process in which it was typed. */
export interface CheckRecoveryRequest {
  readonly kind: 'keys-check-recovery';
  /** Secret: `AGE-SECRET-KEY-1…`. None: only what can be seen without. */
  readonly identities: readonly string[];
}

export interface KeysAnswers {
  'keys-check-recovery': RecoveryReport;
  'keys-rotate': {
    /** Of how many repositories the keys were sealed with the new server key; undefined where it stayed. */
    sealed: number | undefined;
    recipients: string[];
    /** Where passwords were sealed for the recovery keys anew. */
    places: ResealedLine[];
  };
  'keys-renew': RenewReport;
  'keys-renew-all': { dryRun: boolean; accounts: RenewAllLine[]; gone: GoneLine[] };
  'keys-remove-former': { account: string; dryRun: boolean; places: RemovedFormerLine[] };
  'keys-export': ExportedKeys;
  'keys-restic-env': { repository: string; password: string };
}

export interface RecoveryReport {
  readonly keys: readonly RecoveryKeyLine[];
  readonly places: readonly RecoveryPlaceLine[];
}

export interface RecoveryKeyLine {
  /** The public half. */
  readonly recipient: string;
  /** Whether what is made from now on is sealed for it. */
  readonly isConfigured: boolean;
  /** Whether its secret half was given. */
  readonly isGiven: boolean;
  /** When it was last proven to open everything; undefined: never. */
  readonly provenAt: string | undefined;
}

/** One repository, or the archives of one account, at one destination. */
export interface RecoveryPlaceLine {
  readonly destination: string;
  readonly folder: string;
  readonly holds: 'repository' | 'archives';
  readonly outcome: RecoveryOutcome;
  /** For how many recovery keys it is sealed; undefined where that cannot be seen. */
  readonly sealedFor: number | undefined;
  /** Set when it could not be looked at: a failure code and its facts. */
  readonly failure: FailureFacts | undefined;
}

export interface ResealedLine {
  readonly destination: string;
  readonly folder: string;
  readonly outcome: 'done' | 'failed';
  readonly failure: FailureFacts | undefined;
}

export interface RenewReport {
  readonly account: string;
  readonly destination: string;
  /** `planned`: with `dryRun`. `refused`: something is lost, and nobody accepted that; the old repository is used. */
  readonly outcome: 'planned' | 'renewed' | 'refused';
  /** Folders: where the repository lay, and where the new one lies or would lie. */
  readonly from: string;
  readonly to: string;
  readonly points: number;
  /** What was brought, or is to be, as it is stored. */
  readonly bytes: number;
  /** Where the repositories lie; undefined where nobody can tell. */
  readonly freeBytes: number | undefined;
  /** What cannot be brought, because it was lost before. */
  readonly lost: readonly LostLine[];
  /** What keys from before still open. */
  readonly former: readonly FormerLine[];
}

/** One account of many; one without a repository is none of them. */
export interface RenewAllLine {
  readonly account: string;
  /** Undefined when it failed. */
  readonly report: RenewReport | undefined;
  readonly failure: FailureFacts | undefined;
}

/** A repository, a copy or a former one of an account that the panel lists no longer: it keeps its keys. */
export interface GoneLine {
  readonly account: string;
  readonly destination: string;
  readonly folder: string;
  /** What people call the place. */
  readonly location: string;
}

export interface LostLine {
  readonly kind: string;
  readonly object: string;
  /** Restore points that cannot be restored in full because of it, and some of their paths. */
  readonly points: readonly string[];
  readonly paths: readonly string[];
}

/** A place that keys from before still open. */
export interface FormerLine {
  readonly destination: string;
  readonly folder: string;
  /** Undefined: it is a copy that is used until the next copy. */
  readonly replacedAt: string | undefined;
  /** Until when the destination lets nobody remove it, as far as is known. */
  readonly lockedUntil: string | undefined;
}

export interface RemovedFormerLine {
  readonly destination: string;
  readonly folder: string;
  readonly replacedAt: string;
  readonly outcome: 'removed' | 'would-remove' | 'kept';
  readonly bytes: number;
  /** Restore points that are nowhere else. */
  readonly onlyThere: number;
  readonly failure: FailureFacts | undefined;
}

interface FailureFacts {
  readonly code: string;
  readonly facts: { readonly [name: string]: unknown };
}

/** Secret. */
export interface ExportedKeys {
  readonly account: string;
  /** The same everywhere: copies have the keys of what they are copies of. */
  readonly password: string;
  readonly repositories: readonly {
    readonly destination: string;
    readonly kind: DestinationConfiguration['kind'];
    /** As stock restic takes it. */
    readonly location: string;
  }[];
}
