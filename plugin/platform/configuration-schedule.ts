import type { NightWindow, OwnSchedule, ScheduleConfiguration } from '../domain/schedule.ts';
import { readNames } from './configuration-retention.ts';
import { isCron } from './cron-times.ts';
import {
  hasKey,
  normalizePath,
  openSection,
  readList,
  readText,
  readWholeNumber,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';

const keys = [
  'time_zone',
  'nightly',
  'spread',
  'databases',
  'system',
  'system_folders',
  'exclude',
  'skip',
  'rotation_minutes',
  'own',
];
const ownKeys = ['name', 'cron', 'does', 'accounts', 'packages', 'time_zone'];
/** Names of what the server runs anyway. */
const takenNames: readonly string[] = ['nightly', 'databases', 'copies', 'archives', 'rotate', 'system'];

/** @throws {Failure} `configuration-invalid`. */
export function readSchedule(top: Section): ScheduleConfiguration {
  const section = openSection(top.document, ['schedule'], top.fields['schedule'] ?? {}, keys);
  const named = readTimeZone(section);
  let found: string | undefined;
  return {
    /** Node takes longer to find the server's than all of the configuration takes, and few commands ask. */
    get timeZone() {
      return named ?? (found ??= Intl.DateTimeFormat().resolvedOptions().timeZone);
    },
    night: readNight(section),
    databases: readCronOrNever(section, 'databases', '0 */6 * * *'),
    system: !hasKey(section, 'system') || readFlag(section, 'system'),
    systemFolders: readFolders(section),
    own: readOwn(section),
    excluded: readNames(section, 'exclude'),
    skipped: readSkipped(section),
    rotationMinutes: hasKey(section, 'rotation_minutes') ? readWholeNumber(section, 'rotation_minutes', 1, 1440) : 120,
  };
}

function readTimeZone(section: Section): string | undefined {
  if (!hasKey(section, 'time_zone')) return undefined;
  const timeZone = readText(section, 'time_zone', 'such as "Europe/Athens"');
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return refuseKey(section, 'time_zone', `"${timeZone}" is no time zone`, 'such as "Europe/Athens"');
  }
}

function readNight(section: Section): NightWindow | undefined {
  const hint = 'such as "00:30-05:00", or "never"';
  const text = hasKey(section, 'nightly') ? readText(section, 'nightly', hint) : '00:30-05:00';
  const isSpread = !hasKey(section, 'spread') || readFlag(section, 'spread');
  if (text === 'never') return undefined;
  const [, fromHour, fromMinute, untilHour, untilMinute] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text) ?? [];
  const from = minutesOf(fromHour, fromMinute);
  const until = minutesOf(untilHour, untilMinute);
  if (from === undefined || until === undefined || from === until) {
    return refuseKey(section, 'nightly', `\`nightly\` is "${text}"`, hint);
  }
  return { from, until, isSpread };
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const [hours, minutes] = [Number(hour), Number(minute)];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

function readCronOrNever(section: Section, key: string, usual: string): string | undefined {
  const text = hasKey(section, key) ? readCron(section, key) : usual;
  return text === 'never' ? undefined : text;
}

function readCron(section: Section, key: string): string {
  const hint = 'five fields such as "0 */6 * * *" (man 5 crontab)';
  const text = readText(section, key, hint);
  if (text === 'never' || (text.length <= 80 && isCron(text))) return text;
  return refuseKey(section, key, `"${text}" is no cron expression`, hint);
}

function readFlag(section: Section, key: string): boolean {
  const value = section.fields[key];
  if (typeof value === 'boolean') return value;
  return refuseKey(section, key, `\`${key}\` must be true or false`, `such as "${key} = true"`);
}

function readFolders(section: Section): string[] {
  const folders = readNames(section, 'system_folders');
  for (const folder of folders) {
    if (folder.startsWith('/') && folder !== '/' && normalizePath(folder) === folder) continue;
    refuseKey(section, 'system_folders', `"${folder}" cannot be one of them`, 'write absolute folders such as "/root"');
  }
  return folders;
}

function readSkipped(section: Section): ('suspended' | 'over-quota')[] {
  if (!hasKey(section, 'skip')) return ['suspended'];
  return readNames(section, 'skip').map((word) => {
    if (word === 'suspended' || word === 'over-quota') return word;
    return refuseKey(section, 'skip', `"${word}" is nothing to skip`, '"suspended" and "over-quota" are');
  });
}

function readOwn(section: Section): OwnSchedule[] {
  const items = readList(section, 'own', 'write [[schedule.own]] with two brackets');
  const found: OwnSchedule[] = [];
  for (const [index, item] of items.entries()) {
    const own = readOne(openSection(section.document, ['schedule', 'own', index], item, ownKeys), found);
    if (own !== undefined) found.push(own);
  }
  return found;
}

function readOne(section: Section, earlier: readonly OwnSchedule[]): OwnSchedule | undefined {
  const name = readText(section, 'name', 'a short name such as "hourly-gold"');
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    refuseKey(section, 'name', `"${name}" cannot be a name`, 'use lower-case letters, digits and hyphens, at most 32');
  }
  if (takenNames.includes(name) || earlier.some((other) => other.name === name)) {
    refuseKey(section, 'name', `"${name}" is taken`, 'give each schedule its own name');
  }
  const cron = readCron(section, 'cron');
  if (cron === 'never') return undefined;
  return {
    name,
    cron,
    does: hasKey(section, 'does') ? readWord(section, 'does', ['backup', 'databases']) : 'backup',
    accounts: readNames(section, 'accounts'),
    packages: readNames(section, 'packages'),
    timeZone: readTimeZone(section),
  };
}
