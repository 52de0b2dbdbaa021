import type { MailChoices } from '../domain/account-settings.ts';
import type { Language } from '../domain/language.ts';
import type { PointLine } from './requests.ts';

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
