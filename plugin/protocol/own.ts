import type { AccountSettings, MailChoices } from '../domain/account-settings.ts';
import type { Language } from '../domain/language.ts';
import type { JobLine } from './jobs.ts';
import type { PathBytes, PointLine } from './requests.ts';

/** What a customer wants for itself. */
export type OwnRequest =
  /** Makes a zip of paths of a restore point, which then waits to be fetched by `download` with `prepared`. */
  | {
      readonly kind: 'prepare-download';
      readonly account: string;
      readonly point: string;
      readonly paths: readonly PathBytes[];
    }
  | { readonly kind: 'downloads'; readonly account: string }
  /** What a customer chose for pages and mails. */
  | { readonly kind: 'settings'; readonly account: string }
  | { readonly kind: 'change-settings'; readonly account: string; readonly settings: AccountSettings }
  /** The backups that the account made by hand, and what becomes of them. */
  | { readonly kind: 'own-backups'; readonly account: string }
  | { readonly kind: 'pin-backup'; readonly account: string; readonly point: string }
  | { readonly kind: 'unpin-backup'; readonly account: string; readonly point: string }
  /** Mails a code to the account's owner, without which no backup of its own is deleted. */
  | { readonly kind: 'ask-delete-code'; readonly account: string; readonly point: string }
  /** Deletes a backup of the account's own, three days later. */
  | { readonly kind: 'delete-backup'; readonly account: string; readonly point: string; readonly code: string }
  /** Calls that off. */
  | { readonly kind: 'keep-backup'; readonly account: string; readonly point: string };

export interface OwnAnswers {
  'prepare-download': PreparedReport;
  downloads: { account: string; downloads: PreparedLine[] };
  settings: SettingsReport;
  'change-settings': SettingsReport;
  'own-backups': { account: string; backups: OwnBackupLine[] };
  'pin-backup': OwnBackupLine;
  'unpin-backup': OwnBackupLine;
  'ask-delete-code': { account: string; email: string; minutes: number };
  'delete-backup': OwnBackupLine;
  'keep-backup': OwnBackupLine;
}

/** What a customer chose, and what holds because of it. */
export interface SettingsReport {
  readonly account: string;
  /** Where mails go: as the panel says. */
  readonly email: string | undefined;
  /** Chosen; undefined: as the panel says. */
  readonly language: Language | undefined;
  readonly languageUsed: Language;
  /** Chosen; undefined: the server's. */
  readonly timeZone: string | undefined;
  readonly timeZoneUsed: string;
  readonly mail: MailChoices;
  /** Whether mails can be sent at all: the host has set up mail, and the panel knows an address. */
  readonly isMailOn: boolean;
}

/** A backup that the customer made by hand. */
export interface OwnBackupLine extends PointLine {
  readonly isPinned: boolean;
  /** When it will be deleted because somebody wanted that; it can be called off until then. */
  readonly deletesAt: string | undefined;
}

/** A download that was prepared. */
export interface PreparedReport {
  readonly account: string;
  /** For the file, harmless wherever it is saved. */
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** So many entries could not be put into it as they are. */
  readonly problemCount: number;
  /** It waits until then. */
  readonly until: string;
  readonly point: PointLine;
}

export interface PreparedLine {
  readonly job: JobLine;
  /** Undefined until it is done. */
  readonly report: PreparedReport | undefined;
  /** Whether it waits to be fetched; once it was done and is not, it was removed. */
  readonly isReady: boolean;
}
