import type { BegunDrill } from '../contracts/drills.ts';
import type { Account } from '../domain/account.ts';
import {
  drillDepth,
  drillOutcome,
  isOfSite,
  isUnasked,
  isUndone,
  isUntried,
  restoringSeconds,
} from '../domain/drill-outcome.ts';
import { isFailure } from '../domain/failure.ts';
import { showName } from '../domain/show-name.ts';
import type { PointFinding } from '../domain/point-state.ts';
import { tierOf } from '../domain/tier.ts';
import { listStoredDatabases } from '../engine/stored-database.ts';
import type { DrillProblem, DrillReason, DrillReport, DrillStep } from '../protocol/proof.ts';
import { drillDatabases, type KeptServer } from './drill-databases.ts';
import { compareSandbox, lookForSites, restoreIntoSandbox } from './drill-files.ts';
import { giveUp, keepDrill, withBegun } from './begun-drill.ts';
import { onDrillGround, onDrillPoint, type DrillGround, type DrillPoint } from './drill-ground.ts';
import { problemsOfFiles } from './drill-problems.ts';
import { drillSites } from './drill-sites.ts';
import { placeOf } from './known-states.ts';
import type { Performing } from './services.ts';

interface Draft extends Omit<DrillReport, 'outcome' | 'seconds' | 'isWithinRto' | 'problems'> {
  readonly databaseProblems: readonly DrillProblem[];
  readonly siteProblems: readonly DrillProblem[];
}

/**
 * Really restores the newest restore point of an account into a sandbox, compares every content, looks for what sites
 * need, loads every database into a server of its own, counts its rows, asks sites for their front pages where that is
 * wanted, and keeps the report. What is wrong is in the report; that the last ones never came to their end, too.
 * @param from the destination of the copy that it takes from; undefined: where restore points are made.
 * @throws {Failure} what keeps a drill from beginning; `cancelled`.
 */
export async function drillAccount(
  performing: Performing,
  account: Account,
  reason: DrillReason = 'asked',
  from?: string,
): Promise<DrillReport> {
  const { services } = performing;
  const work = (at: DrillPoint): Promise<DrillReport> =>
    withBegun(services, account, at.point, async (begun) => {
      const draft = beginDraft(performing, at, begun, reason);
      const stopped = await runSteps(performing, at, draft);
      const report = finish(draft, stopped);
      const finding = findingOf(report, at, await keepDrill(services, begun, report));
      if (finding !== undefined) await services.verifications.note(placeOf(at.found), [finding]);
      return report;
    });
  return (await giveUp(services, account, reason)) ?? onDrillPoint(services, account, work, from);
}

type Growing = { -readonly [Field in keyof Draft]: Draft[Field] };

function beginDraft(
  { services }: Performing,
  { account, point, found }: DrillPoint,
  { id, startedAt }: BegunDrill,
  reason: DrillReason,
): Growing {
  const tier = tierOf(services.configuration.proof.tiers, account);
  return {
    id,
    account: account.name,
    point: point.id,
    pointTime: point.time,
    destination: found.destination,
    startedAt: startedAt.toISOString(),
    reason,
    steps: [],
    rtoSeconds: tier.rtoMinutes * 60,
    isolation: { uid: undefined, network: 'not-needed' },
    files: { restored: 0, bytes: 0, compared: 0, missing: 0, different: 0, paths: [] },
    sites: [],
    databases: [],
    databaseProblems: [],
    siteProblems: [],
  };
}

/** @returns the code of the failure that stopped it. */
async function runSteps(performing: Performing, at: DrillPoint, draft: Growing): Promise<string | undefined> {
  try {
    await onDrillGround(performing.services, at, (ground) => takeSteps(performing, ground, draft));
    return undefined;
  } catch (error) {
    if (performing.signal.aborted || !isFailure(error)) throw error;
    return error.code;
  }
}

async function takeSteps(performing: Performing, ground: DrillGround, draft: Growing): Promise<void> {
  const { sandbox } = ground;
  draft.isolation = { ...draft.isolation, uid: sandbox.hasOwnUser ? sandbox.uid : undefined };
  await timed(performing, draft, 'restore', async () => {
    const { restored, bytes, lost, lostCount } = await restoreIntoSandbox(performing, ground);
    draft.files = { ...draft.files, restored, bytes, missing: lostCount, paths: lost };
    return lostCount === 0;
  });
  await timed(performing, draft, 'compare', async () => {
    const { compared, missing, different, paths } = await compareSandbox(performing, ground);
    draft.files = { ...draft.files, compared, missing, different, paths: [...paths] };
    return missing + different === 0;
  });
  await timed(performing, draft, 'required', async () => {
    draft.sites = await lookForSites(performing, ground);
    return draft.sites.every(({ missing }) => missing.length === 0);
  });
  const kept = await databasesStep(performing, ground, draft);
  try {
    await sitesStep(performing, ground, draft, kept);
  } finally {
    await kept?.server.close();
  }
}

/** @returns the server that sites need. */
async function databasesStep(
  performing: Performing,
  ground: DrillGround,
  draft: Growing,
): Promise<KeptServer | undefined> {
  const refs = await listStoredDatabases(ground.reader, ground.snapshot);
  if (refs.length === 0) return undefined;
  const keeps = performing.services.configuration.proof.drills.probe !== undefined;
  let kept: KeptServer | undefined;
  await timed(performing, draft, 'databases', async () => {
    const found = await drillDatabases(performing, ground, refs, keeps);
    draft.databases = found.databases;
    draft.databaseProblems = found.problems;
    draft.isolation = { ...draft.isolation, network: found.network };
    kept = found.kept;
    return found.problems.length === 0;
  });
  // Nothing was done that could be called good.
  if (draft.databases.every(isUntried)) draft.steps = draft.steps.filter(({ step }) => step !== 'databases');
  return kept;
}

async function sitesStep(
  performing: Performing,
  ground: DrillGround,
  draft: Growing,
  kept: KeptServer | undefined,
): Promise<void> {
  const { probe } = performing.services.configuration.proof.drills;
  if (probe === undefined) return;
  await timed(performing, draft, 'sites', async () => {
    const { sites, databases } = draft;
    const found = await drillSites(performing, ground, { probe, sites, databases, kept });
    draft.sites = found.sites;
    draft.siteProblems = found.problems;
    return found.problems.length === 0;
  });
  const asked = draft.sites.filter((site) => site.probe !== undefined && !isUnasked(site.probe));
  if (asked.length === 0) draft.steps = draft.steps.filter(({ step }) => step !== 'sites');
  else if (draft.isolation.network === 'not-needed') draft.isolation = { ...draft.isolation, network: 'none' };
}

async function timed(
  { services, signal }: Performing,
  draft: Growing,
  step: DrillStep,
  work: () => Promise<boolean>,
): Promise<void> {
  signal.throwIfAborted();
  const begun = services.clock.elapsedMilliseconds();
  let isGood = false;
  try {
    isGood = await work();
  } finally {
    const seconds = (services.clock.elapsedMilliseconds() - begun) / 1000;
    draft.steps = [...draft.steps, { step, seconds, isGood }];
  }
}

function finish({ databaseProblems, siteProblems, ...draft }: Draft, stopped: string | undefined): DrillReport {
  const found = [...problemsOfFiles(draft), ...databaseProblems, ...siteProblems];
  const stop = stopped === 'no-space' ? { kind: 'no-space' as const } : { kind: 'stopped' as const, name: stopped };
  const problems = stopped === undefined ? found : [...found, stop];
  const seconds = draft.steps.reduce((sum, step) => sum + step.seconds, 0);
  return {
    ...draft,
    outcome: drillOutcome({ problems, databases: draft.databases }),
    seconds,
    isWithinRto: restoringSeconds(draft.steps) <= draft.rtoSeconds,
    problems,
  };
}

/** A drill that could not be done to its end says nothing about the restore point. */
function findingOf(
  { problems, files, databases }: DrillReport,
  { snapshot }: DrillPoint,
  at: Date,
): PointFinding | undefined {
  if (problems.some(isUndone)) return undefined;
  const missing = problems.flatMap(({ kind, name, detail }) => {
    return kind === 'required-missing' ? (detail ?? '').split(', ').map((file) => `${name ?? ''}/${file}`) : [];
  });
  const isDamaged = problems.some((problem) => !isOfSite(problem));
  const failed = databases.filter(({ outcome }) => outcome === 'failed');
  const paths = [...files.paths, ...failed.map(({ engine, name }) => showName(`databases/${engine}/${name}`))];
  const damage = isDamaged ? { kinds: ['drill-failed'], paths, needsReading: true } : undefined;
  return { snapshotId: snapshot.id, depth: drillDepth({ problems, databases }), at, damage, missing };
}
