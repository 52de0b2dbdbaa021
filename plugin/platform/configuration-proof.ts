import { isLanguage, languages } from '../domain/language.ts';
import {
  usualSites,
  usualTier,
  type AlertConfiguration,
  type DrillConfiguration,
  type HostMail,
  type ProbeConfiguration,
  type ProofConfiguration,
  type ReportConfiguration,
  type SiteRule,
  type StorageCost,
  type Tier,
  type VerifyConfiguration,
} from '../domain/proof-configuration.ts';
import {
  hasKey,
  isPlainText,
  openSection,
  readAbsolutePath,
  readFlag,
  readList,
  readOptionalText,
  readText,
  readWholeNumber,
  refuseKey,
  type Section,
} from './settings/section.ts';

/** The sections that `readProof` reads. */
export const proofKeys = ['verify', 'drills', 'tiers', 'alerts', 'reports', 'cost'] as const;

/** Keys and their meaning: `docs/configuration.md`. @throws {Failure} `configuration-invalid`. */
export function readProof(top: Section): ProofConfiguration {
  return {
    verify: readVerify(top),
    drills: readDrills(top),
    tiers: readTiers(top),
    alerts: readAlerts(top),
    reports: readReports(top),
    cost: readCost(top),
  };
}

function readVerify(top: Section): VerifyConfiguration {
  const section = openSection(top.document, ['verify'], top.fields['verify'] ?? {}, ['blobs', 'full_days', 'sites']);
  const sites = readList(section, 'sites', 'tables with `marker` and `required`').map((value, place) => {
    return readSite(openSection(top.document, ['verify', 'sites', place], value, ['marker', 'required']));
  });
  return {
    blobs: wholeOr(section, 'blobs', { least: 0, most: 1000, otherwise: 8 }),
    fullDays: wholeOr(section, 'full_days', { least: 1, most: 365, otherwise: 28 }),
    sites: hasKey(section, 'sites') ? sites : usualSites,
  };
}

function readSite(section: Section): SiteRule {
  const hint = 'a path below the folder of the site, such as "wp-config.php"';
  return { marker: readText(section, 'marker', hint), required: readTexts(section, 'required', hint) };
}

function readDrills(top: Section): DrillConfiguration {
  const section = openSection(top.document, ['drills'], top.fields['drills'] ?? {}, drillKeys);
  return {
    days: wholeOr(section, 'days', { least: 1, most: 365, otherwise: 30 }),
    uid: wholeOr(section, 'uid', { least: 1000, most: 4_294_967_293, otherwise: 64_998 }),
    probe: readProbe(section),
  };
}

const probeKeys = ['probe_folders', 'probe_seconds', 'probe_php'] as const;
const drillKeys = ['days', 'uid', 'probe', ...probeKeys];

/** Read also where it is off: a mistake shall not wait for the day on which it is switched on. */
function readProbe(section: Section): ProbeConfiguration | undefined {
  const hint = 'folders of a home, such as "public_html"';
  const folders =
    readList(section, 'probe_folders', hint).length === 0 ? [] : readTexts(section, 'probe_folders', hint);
  if (!folders.every(isPathBelow)) refuseKey(section, 'probe_folders', '`probe_folders` must lie in the home', hint);
  const probe = {
    folders: folders.map((folder) => (folder === '.' ? '' : folder)),
    seconds: wholeOr(section, 'probe_seconds', { least: 1, most: 600, otherwise: 30 }),
    php: hasKey(section, 'probe_php') ? readAbsolutePath(section, 'probe_php', '/usr/bin/php-cgi') : undefined,
  };
  return hasKey(section, 'probe') && readFlag(section, 'probe') ? probe : undefined;
}

function isPathBelow(path: string): boolean {
  return path === '.' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

const tierKeys = ['name', 'accounts', 'packages', 'rpo_hours', 'rto_minutes', 'order', 'after'];

function readTiers(top: Section): Tier[] {
  const tiers = readList(top, 'tiers', 'tables such as [[tiers]]').map((value, place) => {
    return readTier(openSection(top.document, ['tiers', place], value, tierKeys));
  });
  return [...tiers, usualTier];
}

function readTier(section: Section): Tier {
  const names = 'names of accounts, `*` for any characters';
  return {
    name: readText(section, 'name', 'such as "gold"'),
    accounts: hasKey(section, 'accounts') ? readTexts(section, 'accounts', names) : [],
    packages: hasKey(section, 'packages') ? readTexts(section, 'packages', 'names of packages') : [],
    rpoHours: wholeOr(section, 'rpo_hours', { least: 1, most: 10_000, otherwise: usualTier.rpoHours }),
    rtoMinutes: wholeOr(section, 'rto_minutes', { least: 1, most: 100_000, otherwise: usualTier.rtoMinutes }),
    order: wholeOr(section, 'order', { least: 0, most: 10_000, otherwise: usualTier.order }),
    after: hasKey(section, 'after') ? readTexts(section, 'after', names) : [],
  };
}

const alertKeys = ['webhook', 'webhook_secret_file', 'emails', 'language', 'quiet', 'storage_days'];

function readAlerts(top: Section): AlertConfiguration {
  const section = openSection(top.document, ['alerts'], top.fields['alerts'] ?? {}, alertKeys);
  return {
    mail: readHostMail(top, section),
    webhook: hasKey(section, 'webhook') ? readWebhook(section) : undefined,
    quiet: hasKey(section, 'quiet') ? readQuiet(section) : undefined,
    storageDays: wholeOr(section, 'storage_days', { least: 1, most: 365, otherwise: 14 }),
  };
}

function readReports(top: Section): ReportConfiguration {
  const section = openSection(top.document, ['reports'], top.fields['reports'] ?? {}, ['emails', 'language', 'every']);
  const hint = '"week", "month" or both';
  const every = hasKey(section, 'every') ? readList(section, 'every', hint) : ['week', 'month'];
  const wanted = reportPeriods.filter((period) => every.includes(period));
  if (wanted.length === 0 || wanted.length < every.length) {
    refuseKey(section, 'every', '`every` is no list of periods', hint);
  }
  return { ...readHostMail(top, section), every: wanted };
}

const reportPeriods = ['week', 'month'] as const;

function readHostMail(top: Section, section: Section): HostMail {
  const language = readOptionalText(section, 'language', languages.join(', ')) ?? 'en';
  if (!isLanguage(language)) {
    return refuseKey(section, 'language', `there is no language "${language}"`, languages.join(', '));
  }
  if (!hasKey(section, 'emails')) return { emails: [], language };
  const hint = 'addresses such as "backups@example.com"';
  const emails = readTexts(section, 'emails', hint);
  const isWrong = emails.some((email) => !/^[^\s@<>,"]+@[^\s@<>,"]+$/.test(email));
  if (isWrong) refuseKey(section, 'emails', '`emails` holds what is no address', hint);
  if (!hasKey(top, 'mail')) refuseKey(section, 'emails', '`emails` needs a way to send mails', 'add [mail]');
  return { emails, language };
}

/** Plain HTTP would show everybody on the way who has no backup. */
function readWebhook(section: Section): { url: string; secretFile: string } {
  const hint = 'an address such as "https://alerts.example.com/larder"';
  const url = readText(section, 'webhook', hint);
  const isLocal = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(url);
  if (!isLocal && !/^https:\/\/[^/?#\s@]+(\/\S*)?$/.test(url)) {
    refuseKey(section, 'webhook', '`webhook` is no https address', hint);
  }
  return { url, secretFile: readAbsolutePath(section, 'webhook_secret_file', '/etc/larder/webhook-secret') };
}

function readQuiet(section: Section): { from: number; until: number } {
  const text = readText(section, 'quiet', 'such as "22:00-07:00"');
  const [, ...parts] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const [fromHour, fromMinute, untilHour, untilMinute] = parts.map(Number);
  if (fromHour === undefined) refuseKey(section, 'quiet', '`quiet` is no span of the day', 'write it as "22:00-07:00"');
  return {
    from: fromHour * 60 + (fromMinute ?? 0),
    until: (untilHour ?? 0) * 60 + (untilMinute ?? 0),
  };
}

function readCost(top: Section): StorageCost | undefined {
  if (!hasKey(top, 'cost')) return undefined;
  const section = openSection(top.document, ['cost'], top.fields['cost'], ['per_gb_month', 'currency']);
  const price = section.fields['per_gb_month'];
  if (typeof price !== 'number' || !(price >= 0) || !Number.isFinite(price)) {
    return refuseKey(section, 'per_gb_month', '`per_gb_month` is no price', 'write it as 0.02');
  }
  const currency = readText(section, 'currency', 'such as "EUR"');
  if (!/^[A-Z]{3}$/.test(currency)) refuseKey(section, 'currency', '`currency` has three letters', 'such as "EUR"');
  return { perGigabyteMonth: price, currency };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}

function wholeOr(section: Section, key: string, { least, most, otherwise }: Bounds): number {
  return hasKey(section, key) ? readWholeNumber(section, key, least, most) : otherwise;
}

function readTexts(section: Section, key: string, hint: string): string[] {
  const texts = readList(section, key, hint);
  if (texts.length > 0 && texts.every(isPlainText)) return [...texts];
  return refuseKey(section, key, `\`${key}\` must be a list of texts`, hint);
}
