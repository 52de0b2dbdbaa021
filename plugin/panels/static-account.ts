import type { PanelAccount } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { parseAccountName, type AccountName } from '../domain/ids.ts';
import {
  isPlainText,
  isWholeNumber,
  openSection,
  readAbsolutePath,
  readList,
  readOptionalText,
  readText,
  readWholeNumber,
  refuseKey,
  type Section,
} from '../platform/settings/section.ts';
import type { SettingsDocument } from '../platform/settings/settings-document.ts';

const accountKeys = [
  'name',
  'uid',
  'gid',
  'home',
  'databases',
  'email',
  'language',
  'trustedUids',
  'package',
  'timeZone',
  'domain',
  'suspended',
  'overQuota',
];
/** 2^32 - 1 means "no change" to chown(2), so it is no uid. */
const greatestId = 2 ** 32 - 2;

/** @throws {Failure} `configuration-invalid` unless `item` is one whole account. */
export function readAccount(
  document: SettingsDocument,
  index: number,
  item: unknown,
): { section: Section; account: PanelAccount } {
  const section = openSection(document, [index], item, accountKeys);
  const account = {
    name: readName(section),
    uid: readWholeNumber(section, 'uid', 1, greatestId),
    gid: readWholeNumber(section, 'gid', 1, greatestId),
    home: readHome(section),
    databases: readDatabases(section),
    email: readEmail(section),
    language: readLanguage(section),
    trustedUids: readTrustedUids(section),
    package: readOptionalText(section, 'package', 'such as "gold"'),
    timeZone: readTimeZone(section),
    domain: readDomain(section),
    isSuspended: readFlag(section, 'suspended'),
    isOverQuota: readFlag(section, 'overQuota'),
  };
  return { section, account };
}

function readName(section: Section): AccountName {
  const text = readText(section, 'name', 'such as "maria"');
  try {
    return parseAccountName(text);
  } catch (error) {
    if (!isFailure(error, 'invalid-input')) throw error;
    return refuseKey(section, 'name', `"${text}" cannot be the name of an account`, 'use letters, digits, . _ and -');
  }
}

function readHome(section: Section): string {
  const home = readAbsolutePath(section, 'home', '/srv/homes/maria');
  if (home === '/') refuseKey(section, 'home', 'the whole server is no home', 'such as "/srv/homes/maria"');
  return home;
}

function readDatabases(section: Section): string[] {
  const hint = 'such as ["maria_shop"]';
  const names = readList(section, 'databases', hint).filter(isPlainText);
  const isRight = names.length === readList(section, 'databases', hint).length && new Set(names).size === names.length;
  if (!isRight) refuseKey(section, 'databases', '`databases` must be a list of different names', hint);
  return names;
}

function readEmail(section: Section): string | undefined {
  const email = readOptionalText(section, 'email', 'such as "maria@example.gr"');
  if (email === undefined || /^[^\s@<>]+@[^\s@<>]+$/.test(email)) return email;
  return refuseKey(section, 'email', `"${email}" is no address`, 'such as "maria@example.gr"');
}

function readLanguage(section: Section): string | undefined {
  const language = readOptionalText(section, 'language', 'such as "el"');
  if (language === undefined || /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) return language;
  return refuseKey(section, 'language', `"${language}" is no language`, 'use a code such as "el" or "pt-BR"');
}

function readTrustedUids(section: Section): number[] {
  const hint = 'such as [33]';
  const items = readList(section, 'trustedUids', hint);
  const uids = items.filter((uid) => isWholeNumber(uid, 1, greatestId));
  if (items.includes(0)) refuseKey(section, 'trustedUids', "files of root are never the customer's", 'remove 0');
  if (uids.length !== items.length) refuseKey(section, 'trustedUids', '`trustedUids` must be a list of uids', hint);
  return uids;
}

function readTimeZone(section: Section): string | undefined {
  const timeZone = readOptionalText(section, 'timeZone', 'such as "Europe/Athens"');
  try {
    return timeZone === undefined ? undefined : new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return refuseKey(section, 'timeZone', `"${timeZone}" is no time zone`, 'such as "Europe/Athens"');
  }
}

/** As it stands in DNS: a name in another alphabet in its `xn--` form. */
function readDomain(section: Section): string | undefined {
  const domain = readOptionalText(section, 'domain', 'such as "example.gr"');
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const isName = domain === undefined || new RegExp(`^(?=.{1,253}$)(?:${label}\\.)+${label}$`).test(domain);
  return isName ? domain : refuseKey(section, 'domain', `"${domain}" is no name of a site`, 'such as "example.gr"');
}

function readFlag(section: Section, key: string): boolean | undefined {
  const value = section.fields[key];
  if (value === undefined || typeof value === 'boolean') return value;
  return refuseKey(section, key, `\`${key}\` must be true or false`, `such as "${key}": true`);
}
