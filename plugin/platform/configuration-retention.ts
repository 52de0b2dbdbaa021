import { composePolicy, type PolicyWish } from '../domain/compose-policy.ts';
import {
  presetNames,
  presets,
  type RetentionConfiguration,
  type RetentionException,
  type RetentionPolicy,
} from '../domain/retention-policy.ts';
import {
  hasKey,
  isPlainText,
  openSection,
  readList,
  readText,
  readWholeNumber,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';
import type { SettingsPath } from './settings/settings-document.ts';

/** Each key of the file, the field it sets, and its bounds. */
const numbers = [
  ['hourly', 'hourly', 0, 10_000],
  ['daily', 'daily', 0, 10_000],
  ['weekly', 'weekly', 0, 10_000],
  ['monthly', 'monthly', 0, 10_000],
  ['yearly', 'yearly', 0, 1000],
  ['month_ends', 'monthEnds', 0, 10_000],
  ['year_ends', 'yearEnds', 0, 1000],
  ['last', 'last', 0, 100_000],
  ['within_days', 'withinDays', 0, 100_000],
  ['drop_after_days', 'dropAfterDays', 1, 100_000],
  ['database_all_days', 'databaseAllDays', 1, 10_000],
  ['database_days', 'databaseDays', 0, 10_000],
  ['manual_days', 'manualDays', 1, 100_000],
] as const satisfies readonly (readonly [string, keyof PolicyWish, number, number])[];

const policyKeys = ['preset', ...numbers.map(([key]) => key)];
const hint = 'such as daily = 12';

/** @throws {Failure} `configuration-invalid` when nothing would be kept, or an exception has no reason. */
export function readRetention(top: Section): RetentionConfiguration {
  const value = top.fields['retention'] ?? {};
  const section = openSection(top.document, ['retention'], value, [...policyKeys, 'exceptions']);
  const policy = readPolicy(section, presets.policy);
  const items = readList(section, 'exceptions', 'write [[retention.exceptions]] with two brackets');
  const exceptions = items.map((item, index) => readException(top, { item, index, policy }));
  return { policy, exceptions };
}

/**
 * The rules of one place alone, at `path`, where there are any: as `[retention]` has them, which they begin with.
 * @throws {Failure} `configuration-invalid`.
 */
export function readOwnPolicy(top: Section, path: SettingsPath, value: unknown): RetentionPolicy | undefined {
  if (value === undefined) return undefined;
  return readPolicy(openSection(top.document, path, value, policyKeys), readRetention(top).policy);
}

function readPolicy(section: Section, base: RetentionPolicy, reason?: string): RetentionPolicy {
  const policy = composePolicy(base, readWish(section), reason);
  return policy ?? refuseKey(section, 'preset', 'no rule is left: nothing would be kept', hint);
}

function readWish(section: Section): PolicyWish {
  const wish: { -readonly [Field in keyof PolicyWish]: PolicyWish[Field] } = {};
  if (hasKey(section, 'preset')) wish.preset = readWord(section, 'preset', presetNames);
  for (const [key, field, least, most] of numbers) {
    if (hasKey(section, key)) wish[field] = readWholeNumber(section, key, least, most);
  }
  return wish;
}

interface ExceptionItem {
  readonly item: unknown;
  readonly index: number;
  readonly policy: RetentionPolicy;
}

function readException(top: Section, { item, index, policy }: ExceptionItem): RetentionException {
  const path = ['retention', 'exceptions', index];
  const section = openSection(top.document, path, item, [...policyKeys, 'accounts', 'packages', 'reason']);
  const accounts = readNames(section, 'accounts');
  const packages = readNames(section, 'packages');
  if (accounts.length + packages.length === 0) {
    refuseKey(section, 'accounts', 'nobody is named', 'add accounts = ["maria"] or packages = ["gold"]');
  }
  const reason = readText(section, 'reason', 'why these are kept otherwise, such as "contract 2026/14"');
  return { accounts, packages, policy: readPolicy(section, policy, reason) };
}

/** A list of names; none when the key is absent. */
export function readNames(section: Section, key: string): string[] {
  const items = readList(section, key, 'such as ["maria"]');
  const names = items.filter(isPlainText);
  if (names.length !== items.length) refuseKey(section, key, `\`${key}\` must be a list of names`, 'such as ["maria"]');
  return names;
}
