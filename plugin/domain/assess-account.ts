import type { DrillOutcome } from './drill-outcome.ts';
import type { SizeJudgement } from './judge-backup.ts';
import type { AlertCondition } from './plan-alerts.ts';
import type { Tier } from './proof-configuration.ts';

/** How an account stands, as far as somebody may have to know. */
export interface AccountFacts {
  readonly account: string;
  readonly tier: Tier;
  /** When its newest good backup ended. */
  readonly lastGoodAt: Date | undefined;
  /** The failure of its newest backup, when that failed. */
  readonly failure: { readonly code: string; readonly at: Date } | undefined;
  readonly size: SizeJudgement;
  readonly damagedPoints: number;
  readonly missing: readonly string[];
  /** When each copy elsewhere was last brought up to date. */
  readonly copies: readonly CopyFact[];
  readonly lastDrill: DrillFact | undefined;
  /** It has a passphrase of its own: nobody but the customer can restore its backups, also in a drill. */
  readonly isSealed?: boolean;
}

export interface DrillFact {
  readonly at: Date;
  readonly outcome: DrillOutcome;
  /** The first that it found; undefined: none. */
  readonly problem: DrillProblemFact | undefined;
  /** Databases that it did not load. */
  readonly untried: readonly string[];
  /** When one last proved everything, databases too. */
  readonly provenAt: Date | undefined;
}

/** The words of a sentence below `drill.problem` in the locales. */
export interface DrillProblemFact {
  readonly kind: string;
  readonly count?: number | undefined;
  readonly name?: string | undefined;
  readonly detail?: string | undefined;
}

export interface CopyFact {
  readonly destination: string;
  /** Undefined when it never was. */
  readonly copiedAt: Date | undefined;
  /** How much of it somebody else deleted, when it was last looked at. */
  readonly lost?: number | undefined;
}

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;
/**
 * So much of the time is up when people hear that it is getting late. Of the usual 26 hours a day is 92 %: who is backed up
 * every night is not late every evening.
 */
const lateShare = 0.95;

/** What somebody must know about an account now. @param drillDays within which it shall be restored in a drill. */
export function assessAccount(facts: AccountFacts, drillDays: number, now: Date): AlertCondition[] {
  return [
    ...assessFreshness(facts, now),
    ...assessLastBackup(facts),
    ...assessPoints(facts),
    ...assessCopies(facts, now),
    ...(facts.isSealed === true ? [] : assessDrill(facts, drillDays, now)),
  ];
}

/** How old the newest good restore point is against what was promised: the one number for alerts, metrics and pages. */
export function freshnessOf(
  { lastGoodAt, tier }: Pick<AccountFacts, 'lastGoodAt'> & { readonly tier: Pick<Tier, 'rpoHours'> },
  now: Date,
): 'fresh' | 'late' | 'missed' | 'never' {
  if (lastGoodAt === undefined) return 'never';
  const share = (now.getTime() - lastGoodAt.getTime()) / (tier.rpoHours * hourMilliseconds);
  if (share > 1) return 'missed';
  return share >= lateShare ? 'late' : 'fresh';
}

function assessFreshness(facts: AccountFacts, now: Date): AlertCondition[] {
  const { account, tier, lastGoodAt } = facts;
  const { rpoHours } = tier;
  const about = { account, key: `fresh:${account}` };
  switch (freshnessOf(facts, now)) {
    case 'fresh':
      return [];
    case 'never': {
      const afterMilliseconds = rpoHours * hourMilliseconds;
      return [{ ...about, kind: 'backup-missed', severity: 'failure', facts: { rpoHours }, afterMilliseconds }];
    }
    case 'late':
      return [
        {
          ...about,
          key: `late:${account}`,
          kind: 'backup-late',
          severity: 'warning',
          facts: ages(lastGoodAt, rpoHours),
        },
      ];
    case 'missed':
      return [{ ...about, kind: 'backup-missed', severity: 'failure', facts: ages(lastGoodAt, rpoHours) }];
  }
}

function ages(lastGoodAt: Date | undefined, rpoHours: number): AlertCondition['facts'] {
  return { rpoHours, ...(lastGoodAt && { lastGoodAt: lastGoodAt.toISOString() }) };
}

function assessLastBackup({ account, failure, size, lastGoodAt }: AccountFacts): AlertCondition[] {
  const about = { account };
  if (failure !== undefined) {
    const facts = { code: failure.code, at: failure.at.toISOString() };
    return [{ ...about, key: `failed:${account}`, kind: 'backup-failed', severity: 'failure', facts }];
  }
  if (size === 'usual') return [];
  const kind = { 'unusually-large': 'backup-large', 'unusually-small': 'backup-small', 'count-drop': 'count-drop' }[
    size
  ];
  const facts = lastGoodAt === undefined ? {} : { at: lastGoodAt.toISOString() };
  return [{ ...about, key: `size:${account}`, kind, severity: 'warning', facts }];
}

const mostNamed = 5;

function assessPoints({ account, damagedPoints, missing }: AccountFacts): AlertCondition[] {
  const conditions: AlertCondition[] = [];
  if (damagedPoints > 0) {
    const facts = { count: damagedPoints };
    conditions.push({ key: `damaged:${account}`, kind: 'point-damaged', severity: 'failure', account, facts });
  }
  if (missing.length > 0) {
    const facts = { count: missing.length, paths: missing.slice(0, mostNamed).join(', ') };
    conditions.push({ key: `missing:${account}`, kind: 'required-missing', severity: 'warning', account, facts });
  }
  return conditions;
}

/** Copies are made after backups: what was promised counts from the last one, and it fails when that is over twice. */
function assessCopies({ account, tier, copies, lastGoodAt }: AccountFacts, now: Date): AlertCondition[] {
  if (lastGoodAt === undefined) return [];
  const promised = tier.rpoHours * hourMilliseconds;
  return copies.flatMap(({ destination, copiedAt, lost }): AlertCondition[] => {
    if (lost !== undefined) {
      const facts = { destination, count: lost };
      return [{ key: `lost:${destination}:${account}`, kind: 'copy-lost', account, severity: 'failure', facts }];
    }
    const facts = { destination, rpoHours: tier.rpoHours, ...(copiedAt && { copiedAt: copiedAt.toISOString() }) };
    const late = { key: `copy:${destination}:${account}`, kind: 'copy-late', account, facts };
    if (copiedAt === undefined) return [{ ...late, severity: 'failure', afterMilliseconds: promised }];
    const age = now.getTime() - copiedAt.getTime();
    if (age <= promised) return [];
    return [{ ...late, severity: age > 2 * promised ? 'failure' : 'warning' }];
  });
}

function assessDrill({ account, lastDrill, lastGoodAt }: AccountFacts, days: number, now: Date): AlertCondition[] {
  if (lastDrill?.outcome === 'failed') {
    const { kind = '', count = 0, name = '', detail = '' } = lastDrill.problem ?? {};
    const facts = { at: lastDrill.at.toISOString(), problem: kind, count, name, detail };
    return [{ key: `drill:${account}`, kind: 'drill-failed', severity: 'failure', account, facts }];
  }
  if (lastGoodAt === undefined) return [];
  const overdue = { key: `undrilled:${account}`, kind: 'drill-overdue', severity: 'warning', account } as const;
  if (lastDrill === undefined) return [{ ...overdue, facts: { days }, afterMilliseconds: days * dayMilliseconds }];
  const age = now.getTime() - lastDrill.at.getTime();
  if (age <= (days + 1) * dayMilliseconds) return assessUntried(account, lastDrill, days, now);
  return [{ ...overdue, facts: { days, lastDrillAt: lastDrill.at.toISOString() } }];
}

/** Files are proven often enough, databases are not. */
function assessUntried(
  account: string,
  { at, outcome, untried, provenAt }: DrillFact,
  days: number,
  now: Date,
): AlertCondition[] {
  const isProven = provenAt !== undefined && now.getTime() - provenAt.getTime() <= (days + 1) * dayMilliseconds;
  if (outcome !== 'files-only' || isProven) return [];
  const facts = { at: at.toISOString(), count: untried.length, names: untried.slice(0, mostNamed).join(', ') };
  return [{ key: `unproven:${account}`, kind: 'databases-unproven', severity: 'warning', account, facts }];
}
