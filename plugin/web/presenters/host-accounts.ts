import { freshnessOf } from '../../domain/assess-account.ts';
import type { Formats } from '../../domain/formats.ts';
import type { AccountProof } from '../../protocol/proof.ts';
import { cutPage } from '../paging.ts';

export type Freshness = ReturnType<typeof freshnessOf>;

/** Which accounts are listed: all, those past the goal, those that will be soon, those without a copy elsewhere, those not proven of late. */
export type AccountFilter = (typeof accountFilters)[number];

export const accountFilters = ['all', 'past', 'late', 'copy', 'proof'] as const;

/** One account in words. */
export interface AccountRow {
  readonly name: string;
  readonly tier: string;
  readonly freshness: Freshness;
  readonly tone: 'ok' | 'warn' | 'bad';
  readonly lastGood: string | undefined;
  readonly age: string | undefined;
  readonly goal: string;
  /** In per cent of twice the goal, at most 100: the goal is in the middle. */
  readonly bar: number;
  readonly copies: number;
  readonly elsewhere: AccountProof['rules']['oneOffsite'];
  /** When everything was proven; where only files were since, when those were. */
  readonly proven: string | undefined;
  readonly provenWord: 'failed' | 'files' | undefined;
  readonly size: string;
  readonly growth: string;
}

export interface AccountList {
  readonly rows: readonly AccountRow[];
  readonly found: number;
  /** How many each filter lets through, among those with the name that is looked for. */
  readonly counts: { readonly [Filter in AccountFilter]: number };
  /** From 1 on. */
  readonly page: number;
  readonly pages: number;
}

export interface ListOptions {
  readonly filter: AccountFilter;
  /** A part of the name; empty finds all. */
  readonly name: string;
  readonly page: number;
  readonly perPage: number;
  readonly formats: Formats;
  readonly now: Date;
}

const hour = 3_600_000;
/** A drill a month is promised; the day it falls on moves. */
const provenDays = 31;

/** The accounts that are wanted, the oldest good backup first. */
export function presentAccounts(accounts: readonly AccountProof[], options: ListOptions): AccountList {
  const { filter, name, page, perPage, formats, now } = options;
  const named = accounts.filter(({ account }) => account.includes(name));
  const wanted = named.filter((account) => passes(account, filter, now)).toSorted(oldestFirst);
  const { shown, ...paged } = cutPage(wanted, page, perPage);
  const counts = accountFilters.map((each) => [each, named.filter((account) => passes(account, each, now)).length]);
  return {
    rows: shown.map((account) => toRow(account, formats, now)),
    found: wanted.length,
    counts: Object.fromEntries(counts) as AccountList['counts'],
    ...paged,
  };
}

/** How the newest good backup stands against what was promised. */
export function freshness({ lastGoodAt, rpoHours }: AccountProof, now: Date): Freshness {
  return freshnessOf(
    { lastGoodAt: lastGoodAt === undefined ? undefined : new Date(lastGoodAt), tier: { rpoHours } },
    now,
  );
}

/** Whether everything came back in a drill of the last month. */
export function isProvenLately({ provenAt }: AccountProof, now: Date): boolean {
  return provenAt !== undefined && now.getTime() - Date.parse(provenAt) <= provenDays * 24 * hour;
}

export function ageHours({ lastGoodAt }: AccountProof, now: Date): number | undefined {
  return lastGoodAt === undefined ? undefined : Math.max(0, now.getTime() - Date.parse(lastGoodAt)) / hour;
}

/** To the minute, later to the hour; nothing is no time ago. */
export function showAge(hours: number, formats: Formats): string {
  return formats.duration(hours < 48 ? Math.max(1, Math.round(hours * 60)) * 60 : Math.round(hours) * 3600);
}

function passes(account: AccountProof, filter: AccountFilter, now: Date): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'past':
      return ['missed', 'never'].includes(freshness(account, now));
    case 'late':
      return freshness(account, now) === 'late';
    case 'copy':
      return account.rules.oneOffsite !== 'yes';
    case 'proof':
      return !isProvenLately(account, now);
  }
}

/** Those that never had one are the oldest of all. */
function oldestFirst(one: AccountProof, other: AccountProof): number {
  const [left, right] = [one.lastGoodAt ?? '', other.lastGoodAt ?? ''];
  if (left === right) return one.account < other.account ? -1 : 1;
  return left < right ? -1 : 1;
}

const tones = { fresh: 'ok', late: 'warn', missed: 'bad', never: 'bad' } as const;

function toRow(account: AccountProof, formats: Formats, now: Date): AccountRow {
  const { rpoHours, lastGoodAt, filesProvenAt, provenAt, lastDrill, growthBytes } = account;
  const state = freshness(account, now);
  const age = ageHours(account, now);
  const proven = filesProvenAt ?? provenAt;
  return {
    name: account.account,
    tier: account.tier,
    freshness: state,
    tone: tones[state],
    lastGood: lastGoodAt === undefined ? undefined : formats.date(lastGoodAt, 'dayTime'),
    age: age === undefined ? undefined : showAge(age, formats),
    goal: formats.duration(rpoHours * 3600),
    bar: Math.round(Math.min(1, (age ?? Infinity) / (2 * rpoHours)) * 100),
    copies: account.copies,
    elsewhere: account.rules.oneOffsite,
    proven: proven === undefined ? undefined : formats.date(proven, 'dayYear'),
    provenWord: lastDrill === 'failed' ? 'failed' : filesProvenAt === undefined ? undefined : 'files',
    size: formats.bytes(account.bytes),
    growth: `${growthBytes < 0 ? '−' : '+'}${formats.bytes(Math.abs(growthBytes))}`,
  };
}
