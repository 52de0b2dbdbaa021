import type { PathBytes, PointLine } from './requests.ts';

/** The mailboxes of a restore point beside those of now, by address. Only their names are read. */
export interface MailboxesRequest {
  readonly kind: 'mailboxes';
  readonly account: string;
  readonly point: string;
  readonly offset: number;
  readonly limit: number;
}

export interface MailboxesReport {
  readonly account: string;
  readonly point: PointLine;
  /** How many there are in all. */
  readonly total: number;
  readonly mailboxes: readonly MailboxLine[];
}

export interface MailboxLine {
  /** Of its folder: what brings it back. */
  readonly path: PathBytes;
  /** Undefined: the account's own, which has no address of its own. */
  readonly address: string | undefined;
  /** Messages in the restore point, and how large they are. */
  readonly messages: number;
  readonly bytes: number;
  /** Messages that are there now; undefined when it could not be looked at. */
  readonly messagesNow: number | undefined;
  readonly isGone: boolean;
  /** Messages of the restore point that are not in the same folder now, and that came there since; undefined when nobody can tell. */
  readonly missing: number | undefined;
  readonly newer: number | undefined;
}
