import type { Formats } from '../../domain/formats.ts';
import type { AccountProof, DestinationProof, ProofReport } from '../../protocol/proof.ts';
import { presentAges, type AgeChart } from './age-chart.ts';
import { freshness, isProvenLately, type Freshness } from './host-accounts.ts';
import { presentStorage, type StorageChart } from './storage-chart.ts';

/** The server at a glance. */
export interface Overview {
  readonly all: number;
  readonly states: { readonly [State in Freshness]: number };
  /** Of accounts that are within their goals; undefined where there are none. */
  readonly fresh: string | undefined;
  readonly offsite: Offsite;
  readonly drills: {
    readonly done: number;
    readonly passed: number;
    readonly filesOnly: number;
    /** Accounts that a drill of the last month proved, as per cent. */
    readonly proven: string;
  };
  /** How long bringing an account back took in drills; undefined where there was none. */
  readonly restore: RestoreTimes | undefined;
  readonly ages: AgeChart;
  /** What is full first stands first. */
  readonly storage: readonly StorageChart[];
}

interface Offsite {
  /** Accounts of which something of the last day is elsewhere. */
  readonly done: number;
  /** Those of which anything is elsewhere. */
  readonly any: number;
}

interface RestoreTimes {
  readonly median: string;
  readonly slowest: string;
  readonly within: number;
  readonly done: number;
}

const dayMilliseconds = 86_400_000;

/** @param report of the last seven days. */
export function presentOverview(report: ProofReport, formats: Formats, now: Date): Overview {
  const { accounts, drills } = report;
  const states = countStates(accounts, now);
  const all = accounts.length;
  const proven = accounts.filter((account) => isProvenLately(account, now)).length;
  return {
    all,
    states,
    fresh: all === 0 ? undefined : share(states.fresh + states.late, all, formats),
    offsite: {
      done: accounts.filter(({ offsiteAt }) => isWithinDay(offsiteAt, now)).length,
      any: accounts.filter(({ offsiteAt }) => offsiteAt !== undefined).length,
    },
    drills: {
      done: drills.done,
      passed: drills.passed,
      filesOnly: drills.filesOnly,
      proven: share(proven, Math.max(1, all), formats),
    },
    restore:
      drills.medianSeconds === undefined
        ? undefined
        : {
            median: formats.duration(Math.max(1, drills.medianSeconds)),
            slowest: formats.duration(Math.max(1, drills.slowestSeconds ?? 0)),
            within: drills.withinRto,
            done: drills.ended,
          },
    ages: presentAges(accounts, formats, now),
    storage: report.storage.toSorted(fullFirst).map((one) => presentStorage(one, formats)),
  };
}

/** Where nothing fills up, what is largest. */
function fullFirst(one: DestinationProof, other: DestinationProof): number {
  const [left, right] = [one.daysLeft ?? Infinity, other.daysLeft ?? Infinity];
  return left === right ? other.bytesStored - one.bytesStored : left - right;
}

function countStates(accounts: readonly AccountProof[], now: Date): Overview['states'] {
  const counts = { fresh: 0, late: 0, missed: 0, never: 0 };
  for (const account of accounts) counts[freshness(account, now)] += 1;
  return counts;
}

/** Never rounded up to all of them. */
function share(part: number, whole: number, formats: Formats): string {
  return formats.percent(Math.floor((part * 100) / whole) / 100);
}

function isWithinDay(iso: string | undefined, now: Date): boolean {
  return iso !== undefined && now.getTime() - Date.parse(iso) <= dayMilliseconds;
}
