import { drillFault, isUnasked, isUntried, type DrillFault, type DrillOutcome } from '../../domain/drill-outcome.ts';
import { showName } from '../../domain/show-name.ts';
import type { Formats } from '../../domain/formats.ts';
import type { DrilledDatabase, DrilledSite, DrillReport, DrillStep } from '../../protocol/proof.ts';
import type { Answer } from '../../protocol/requests.ts';
import { presentProblem, type ShownProblem } from './drills.ts';
import { presentProven, type PassedTest } from './proven.ts';

/** One thing that was compared. Its words are `drill.q_<what>`; `expected` and `got` are numbers, or words of `drill.v_`. */
export interface DrillCheck {
  readonly what: 'entries' | 'contents' | 'required' | 'tables' | 'rows' | 'page';
  /** The database or the site that it is about. */
  readonly name: string;
  readonly expected: DrillValue;
  readonly got: DrillValue;
  readonly result: 'same' | 'differs' | 'untried';
  /** Why it was not tried: a sentence below `cli:drill`. */
  readonly why: string | undefined;
  /** What a site lacks. */
  readonly lacks: string;
}

export type DrillValue = number | 'whole' | 'lacking' | 'page' | `HTTP ${number}` | undefined;

export interface DrillStepBar {
  readonly step: DrillStep;
  readonly isGood: boolean;
  readonly took: string;
  /** Of 100. */
  readonly from: number;
  readonly width: number;
}

export interface DrillPage {
  readonly drill: DrillReport;
  /** The first of them, and how many more there are. */
  readonly problems: readonly ShownProblem[];
  readonly more: number;
  /** Some of what is missing or differs, as people see paths. */
  readonly paths: readonly string[];
  /** What is said first. */
  readonly said: Exclude<DrillOutcome, 'failed'> | DrillFault;
  readonly checks: readonly DrillCheck[];
  readonly differing: number;
  readonly steps: readonly DrillStepBar[];
  readonly times: { readonly at: string; readonly of: string; readonly took: string; readonly goal: string };
  readonly before: { readonly id: string; readonly on: string; readonly outcome: DrillOutcome } | undefined;
  /** The newest backup that was proven. */
  readonly passed: PassedTest | undefined;
}

export interface DrillOptions {
  readonly formats: Formats;
  readonly now: Date;
}

const mostShown = 10;

export function presentDrill(
  { drill, before, proven }: Answer<'show-drill'>,
  { formats, now }: DrillOptions,
): DrillPage {
  const checks = checksOf(drill);
  return {
    drill,
    problems: drill.problems.slice(0, mostShown).map(presentProblem),
    more: Math.max(0, drill.problems.length - mostShown),
    paths: drill.files.paths.slice(0, mostShown),
    said: drill.outcome === 'failed' ? drillFault(drill.problems) : drill.outcome,
    checks,
    differing: checks.filter(({ result }) => result === 'differs').length,
    steps: barsOf(drill, formats),
    times: {
      at: formats.date(drill.startedAt, 'shortTime'),
      of: formats.date(drill.pointTime, 'shortTime'),
      took: formats.duration(Math.round(drill.seconds)),
      goal: formats.duration(drill.rtoSeconds),
    },
    before: before && { id: before.id, on: formats.date(before.at, 'dayYear'), outcome: before.outcome },
    passed: presentProven({ proven, points: [], formats, now }).passed,
  };
}

function checksOf({ files, steps, sites, databases }: DrillReport): DrillCheck[] {
  const wasCompared = steps.some(({ step }) => step === 'compare');
  const all = files.compared + files.missing + files.different;
  const ofFiles = wasCompared
    ? [check('entries', '', all, all - files.missing), check('contents', '', all - files.missing, files.compared)]
    : [];
  return [...ofFiles, ...sites.map(requiredOf), ...databases.flatMap(ofDatabase), ...sites.flatMap(pageOf)];
}

function check(what: DrillCheck['what'], name: string, expected: DrillValue, got: DrillValue): DrillCheck {
  const result = expected === got ? 'same' : 'differs';
  return { what, name, expected, got, result, why: undefined, lacks: '' };
}

function requiredOf({ path, missing }: DrilledSite): DrillCheck {
  const found = check('required', nameOf(path), 'whole', missing.length === 0 ? 'whole' : 'lacking');
  return { ...found, lacks: missing.join(', ') };
}

function ofDatabase(database: DrilledDatabase): DrillCheck[] {
  const { tables, rows, outcome } = database;
  const name = showName(database.name);
  if (isUntried(database)) {
    const nothing = { ...check('tables', name, undefined, undefined), result: 'untried' } as const;
    return [{ ...nothing, why: `untried.${outcome}` }];
  }
  if (outcome === 'loaded') return [check('tables', name, tables, tables), check('rows', name, rows, rows)];
  return [{ ...check('tables', name, tables === 0 ? undefined : tables, undefined), result: 'differs' }];
}

function pageOf({ path, probe }: DrilledSite): DrillCheck[] {
  if (probe === undefined) return [];
  const { status, outcome } = probe;
  const got = status === undefined ? undefined : (`HTTP ${status}` as const);
  const found = check('page', nameOf(path), 'page', got);
  if (isUnasked(probe)) return [{ ...found, result: 'untried', why: `unasked.${outcome}` }];
  return [{ ...found, result: outcome === 'answered' ? 'same' : 'differs' }];
}

/** The home itself has no name. */
function nameOf(path: string): string {
  return path === '' ? '.' : path;
}

function barsOf({ steps }: DrillReport, formats: Formats): DrillStepBar[] {
  const whole = steps.reduce((sum, { seconds }) => sum + seconds, 0) || 1;
  let before = 0;
  return steps.map(({ step, seconds, isGood }) => {
    const from = percent(before / whole);
    before += seconds;
    const width = Math.max(1, percent(seconds / whole));
    return { step, isGood, took: formats.duration(seconds), from: Math.min(from, 99), width };
  });
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
