import type { Language } from './language.ts';

/** What the administrator wants to be proved, and how soon to hear when it is not so. */
export interface VerifyConfiguration {
  /** Contents read back after each backup. */
  readonly blobs: number;
  /** Within so many days every byte of a repository is read. */
  readonly fullDays: number;
  /** Folders that must hold certain files. */
  readonly sites: readonly SiteRule[];
}

/** A folder that holds `marker` is such a site, and is whole only with all of `required`. Paths with `/`, below it. */
export interface SiteRule {
  readonly marker: string;
  readonly required: readonly string[];
}

export interface DrillConfiguration {
  /** Within so many days every account is really restored. */
  readonly days: number;
  /** Who writes and runs what is restored; nobody else may have this uid. */
  readonly uid: number;
  /** Undefined: nothing that is restored is run. */
  readonly probe: ProbeConfiguration | undefined;
}

/** How restored sites are asked for their front pages. */
export interface ProbeConfiguration {
  /** Sites besides those that `[verify] sites` finds: folders below the home, empty for the home itself. */
  readonly folders: readonly string[];
  /** How long an answer may take. */
  readonly seconds: number;
  /** Absolute path of a `php-cgi`; undefined: the one of the system. */
  readonly php: string | undefined;
}

/** What an account was promised. The first that fits an account or its package counts; the last, `standard`, fits all. */
export interface Tier {
  readonly name: string;
  /** Names of accounts, with `*` for any characters. */
  readonly accounts: readonly string[];
  /** Names of packages likewise. */
  readonly packages: readonly string[];
  /** Hours that may pass until there is a newer restore point. */
  readonly rpoHours: number;
  /** Minutes that a restore of everything may take. */
  readonly rtoMinutes: number;
  /** In a disaster the lowest come back first. */
  readonly order: number;
  /** Accounts that must be back before. */
  readonly after: readonly string[];
}

export interface AlertConfiguration {
  /** Whom mails tell; needs `[mail]`. */
  readonly mail: HostMail;
  readonly webhook: WebhookConfiguration | undefined;
  /** Minutes after midnight, server time: what can wait does. */
  readonly quiet: { readonly from: number; readonly until: number } | undefined;
  /** A destination with fewer days left by trend is low. */
  readonly storageDays: number;
}

/** To whom of the host mails go, and in which language. */
export interface HostMail {
  readonly emails: readonly string[];
  readonly language: Language;
}

export type ReportPeriod = 'week' | 'month';

export interface ReportConfiguration extends HostMail {
  readonly every: readonly ReportPeriod[];
}

export interface WebhookConfiguration {
  readonly url: string;
  /** A file only root can read; what it holds signs each message. */
  readonly secretFile: string;
}

export interface StorageCost {
  readonly perGigabyteMonth: number;
  /** ISO 4217, such as `EUR`. */
  readonly currency: string;
}

export interface ProofConfiguration {
  readonly verify: VerifyConfiguration;
  readonly drills: DrillConfiguration;
  /** At least one; the last fits every account. */
  readonly tiers: readonly Tier[];
  readonly alerts: AlertConfiguration;
  readonly reports: ReportConfiguration;
  readonly cost: StorageCost | undefined;
}

/** What holds where the administrator says nothing. */
export const usualTier: Tier = {
  name: 'standard',
  accounts: ['*'],
  packages: [],
  rpoHours: 26,
  rtoMinutes: 60,
  order: 100,
  after: [],
};

/** WordPress: without these two files a site shows nothing. */
export const usualSites: readonly SiteRule[] = [
  { marker: 'wp-includes/version.php', required: ['wp-config.php', 'index.php'] },
];
