import type { Account } from '../domain/account.ts';
import { Failure, isFailure, type FailureCode } from '../domain/failure.ts';
import { nextDrill, planDrills, type DrillCandidate } from '../domain/plan-drills.ts';
import type { DrillReason, DrillReport } from '../protocol/proof.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { chosenRepositories } from './chosen-repositories.ts';
import { reportOf } from './drill-report.ts';
import { drillAccount } from './drill-account.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { isArchives } from './is-archives.ts';
import { withoutOwnKey } from './own-key.ts';
import type { Performing, Services } from './services.ts';

type DrillRequest = Extract<Request, { kind: 'drill' }>;

/**
 * Drills, one after another. What was wrong is in the reports; only what keeps an account from a drill is thrown, once all
 * others had theirs.
 * @throws {Failure} `unknown-account`, `repository-missing`, `unknown-restore-point`, `repository-locked`, `invalid-input`.
 */
export async function drillAccounts(performing: Performing, request: DrillRequest): Promise<Answer<'drill'>> {
  const { services, signal } = performing;
  if (request.which === 'account') {
    if (request.account === undefined)
      throw new Failure('invalid-input', { field: 'account', text: '', hint: 'a name' });
    const account = await findAccount(services, request.account);
    return { drills: [await drillOne(performing, { account, reason: 'asked' }, request.from)] };
  }
  const drills: DrillReport[] = [];
  const errors: unknown[] = [];
  for (const { account, reason } of await choose(services, request)) {
    signal.throwIfAborted();
    try {
      const report = await unlessBusy(() => drillOne(performing, { account, reason }, request.from));
      if (report !== undefined) drills.push(report);
    } catch (error) {
      if (signal.aborted) throw error;
      services.log.warn('drill-not-begun', { account: account.name, error });
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return { drills };
}

interface Chosen {
  readonly account: Account;
  readonly reason: DrillReason;
}

async function drillOne(
  performing: Performing,
  { account, reason }: Chosen,
  from: string | undefined,
): Promise<DrillReport> {
  if (!isArchives(performing.services, from)) return drillAccount(performing, account, reason, from);
  const { drillArchive } = await import('./drill-archive.ts');
  return drillArchive(performing, account, reason);
}

async function choose(services: Services, { which, from }: DrillRequest): Promise<Chosen[]> {
  const all = isArchives(services, from)
    ? await knownAccounts(services)
    : (await chosenRepositories(services, undefined, from)).map(({ account }) => account);
  const accounts = await withoutOwnKey(services, all); // what these have, nobody here can open
  const candidates = await toCandidates(services, accounts);
  const pick = (names: readonly (string | undefined)[], reason: DrillReason): Chosen[] => {
    const found = names.flatMap((name) => accounts.filter((account) => account.name === name));
    return found.map((account) => ({ account, reason }));
  };
  if (which === 'all') return accounts.map((account) => ({ account, reason: 'asked' }));
  if (which === 'next') return pick([nextDrill(candidates)], 'asked');
  const plan = planDrills(candidates, {
    days: services.configuration.proof.drills.days,
    now: services.clock.now(),
    random: services.randomSecret().readUInt32LE() / 2 ** 32,
    lastPickedAt: await lastPickedAt(services),
  });
  return [...pick(plan.due, 'due'), ...pick([plan.picked], 'picked')];
}

async function toCandidates(services: Services, accounts: readonly Account[]): Promise<DrillCandidate[]> {
  const last = await services.drills.last();
  const begun = Map.groupBy(await services.drills.unfinished(undefined), ({ generation }) => generation);
  return accounts.map(({ name, generation }) => {
    const newest = last.get(generation)?.newest;
    const unfinished = begun.get(generation)?.length ?? 0;
    return { name, lastAt: newest?.finishedAt, hasFailed: newest?.outcome === 'failed', unfinished };
  });
}

/** More than any server does in a week. */
const drillsLooked = 3000;

/** Only what chance chose counts: whose turn it is, anybody can tell. */
async function lastPickedAt({ drills }: Services): Promise<Date | undefined> {
  const records = await drills.list(undefined, drillsLooked);
  return records.find((record) => reportOf(record).reason === 'picked')?.finishedAt;
}

/** Whose newest nobody here can open, who has no restore point yet, or in whose repository somebody works: another time. */
async function unlessBusy(work: () => Promise<DrillReport>): Promise<DrillReport | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error) && anotherTime.has(error.code)) return undefined;
    throw error;
  }
}

const anotherTime: ReadonlySet<string> = new Set([
  'repository-locked',
  'unknown-restore-point',
  'passphrase-needed',
] satisfies FailureCode[]);
