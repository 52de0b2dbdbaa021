import type { Generation } from './ids.ts';
import type { Language } from './language.ts';
import type { KnownAlert } from './plan-alerts.ts';
import type { ReportPeriod } from './proof-configuration.ts';

/** What a mail tells, in facts; it is written in the reader's language only when it is sent. Times are ISO 8601. */
export type MailMessage =
  /** A restore, or the undo of one, is done. */
  | {
      readonly kind: 'restored';
      readonly job: string;
      readonly isUndo: boolean;
      /** Undefined for an undo that only takes away. */
      readonly pointTime: string | undefined;
      readonly what: RestoredThings;
      readonly at: string;
      readonly undoUntil: string | undefined;
      /** Who of the host did it; undefined: the customer. */
      readonly host: MailHost | undefined;
    }
  | {
      readonly kind: 'restore-failed';
      readonly job: string;
      readonly at: string;
      /** A failure code and its facts. */
      readonly failure: { readonly code: string; readonly facts: { readonly [name: string]: unknown } };
      readonly host: MailHost | undefined;
    }
  | {
      readonly kind: 'download-ready';
      readonly job: string;
      readonly name: string;
      readonly files: number;
      readonly bytes: number;
      readonly until: string;
    }
  | { readonly kind: 'backup-late'; readonly lastAt: string | undefined }
  /** Somebody who is signed in wants a backup deleted, and shall prove to read this mail. */
  | { readonly kind: 'delete-code'; readonly code: string; readonly pointTime: string; readonly label: string }
  | { readonly kind: 'delete-planned'; readonly pointTime: string; readonly label: string; readonly at: string }
  /** The account's own passphrase was set, changed or removed. */
  | { readonly kind: 'passphrase'; readonly what: 'set' | 'changed' | 'removed'; readonly at: string }
  | HostMessage;

/** What goes to the host, not to a customer: it names its reader itself. */
export type HostMessage = HostReader & (AlertNews | ReportNews);

export interface HostReader {
  readonly to: string;
  readonly language: Language;
  /** The server's name. */
  readonly server: string;
}

/** However much began at once: a mail names some of it, failures first, and counts the rest. */
export interface AlertNews {
  readonly kind: 'alerts';
  readonly failures: number;
  readonly begun: AlertList;
  readonly over: AlertList;
}

export interface AlertList {
  readonly total: number;
  readonly some: readonly Pick<KnownAlert, 'kind' | 'severity' | 'account' | 'facts'>[];
}

/** What a report comes to; all of it is in `larder report`. */
export interface ReportNews {
  readonly kind: 'report';
  readonly period: ReportPeriod;
  readonly from: string;
  readonly until: string;
  readonly adherence: number;
  readonly successRate: number;
  readonly accounts: number;
  readonly proven: number;
  readonly drills: { readonly done: number; readonly passed: number };
  readonly alertsOpen: number;
  readonly bytesStored: number;
  readonly recommendations: readonly {
    readonly kind: string;
    readonly count: number;
    readonly names: readonly string[];
  }[];
}

export function isHostMessage(message: MailMessage): message is HostMessage {
  return message.kind === 'alerts' || message.kind === 'report';
}

export type RestoredThings =
  | {
      readonly kind: 'files';
      readonly comesBack: number;
      readonly replaced: number;
      readonly deleted: number;
      readonly bytes: number;
    }
  /** `beside`: the new database in which it is. */
  | { readonly kind: 'database'; readonly name: string; readonly beside: string | undefined; readonly tables: number };

/** Somebody of the host: whoever is on the server itself has no name here, and only support has a ticket. */
export interface MailHost {
  readonly name: string | undefined;
  readonly ticket: string | undefined;
  readonly reason: string | undefined;
}

/** A mail that waits: to whom, and what it tells. */
export interface NewMail {
  readonly generation: Generation;
  /** No two mails of a server have the same. */
  readonly uniqueKey: string;
  readonly message: MailMessage;
}
