import type { BegunDrill } from '../contracts/drills.ts';
import type { Account } from '../domain/account.ts';
import { isGivenUp } from '../domain/plan-drills.ts';
import { tierOf } from '../domain/tier.ts';
import type { DrillReason, DrillReport } from '../protocol/proof.ts';
import type { PointLine } from '../protocol/requests.ts';
import type { Services } from './services.ts';

/**
 * Notes that a drill begins, before anything of the restore point is opened: what ends this process in the middle is seen
 * by the next one. @throws {Failure} what `work` throws; then it was not begun.
 */
export async function withBegun<Result>(
  services: Services,
  { generation }: Account,
  point: PointLine,
  work: (begun: BegunDrill) => Promise<Result>,
): Promise<Result> {
  const { drills, clock } = services;
  const begun = {
    id: newId(services),
    generation,
    point: point.id,
    pointTime: new Date(point.time),
    startedAt: clock.now(),
  };
  await drills.begin(begun);
  try {
    return await work(begun);
  } catch (error) {
    await drills.drop(begun.id).catch(() => undefined); // then it is once more unfinished than it was
    throw error;
  }
}

/** Writes down what came of a drill. @returns when it ended. */
export async function keepDrill(
  { drills, clock }: Services,
  { generation, point, startedAt }: BegunDrill,
  report: DrillReport,
): Promise<Date> {
  const finishedAt = clock.now();
  const { id, outcome } = report;
  await drills.add({ id, generation, point, startedAt, finishedAt, outcome, report: JSON.stringify(report) });
  return finishedAt;
}

/** @returns the report of a drill that failed because the former ones never came to their end; undefined: it may be begun. */
export async function giveUp(
  services: Services,
  account: Account,
  reason: DrillReason,
): Promise<DrillReport | undefined> {
  const unfinished = await services.drills.unfinished(account.generation);
  const last = unfinished.at(-1);
  if (last === undefined || !isGivenUp(unfinished)) return undefined;
  const report = reportOf(services, account, reason, { last, count: unfinished.length });
  await keepDrill(services, last, report);
  services.log.warn('drill-given-up', { account: account.name, point: last.point, begun: unfinished.length });
  return report;
}

interface Unfinished {
  readonly last: BegunDrill;
  readonly count: number;
}

function newId(services: Services): string {
  return services.randomSecret().toString('hex').slice(0, 20);
}

/** It has an id of its own: the drill that was begun last may have got further than anybody knows. */
function reportOf(services: Services, account: Account, reason: DrillReason, { last, count }: Unfinished): DrillReport {
  return {
    id: newId(services),
    account: account.name,
    point: last.point,
    pointTime: last.pointTime.toISOString(),
    startedAt: last.startedAt.toISOString(),
    reason,
    outcome: 'failed',
    seconds: 0,
    steps: [],
    rtoSeconds: tierOf(services.configuration.proof.tiers, account).rtoMinutes * 60,
    isWithinRto: true,
    isolation: { uid: undefined, network: 'not-needed' },
    files: { restored: 0, bytes: 0, compared: 0, missing: 0, different: 0, paths: [] },
    sites: [],
    databases: [],
    problems: [{ kind: 'unfinished', count }],
  };
}
