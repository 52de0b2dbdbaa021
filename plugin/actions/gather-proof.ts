import type { DrillRecord } from '../contracts/drills.ts';
import type { RepositoryRecord, RunRecord } from '../contracts/records.ts';
import type { VerificationSummary } from '../contracts/verifications.ts';
import type { Account } from '../domain/account.ts';
import type { AccountFacts, CopyFact, DrillFact } from '../domain/assess-account.ts';
import { isUntried } from '../domain/drill-outcome.ts';
import type { Generation } from '../domain/ids.ts';
import { judgeBackup } from '../domain/judge-backup.ts';
import { newestFailure } from '../domain/newest-failure.ts';
import { showName } from '../domain/show-name.ts';
import { storageTrend, type StorageDay, type StorageTrend } from '../domain/storage-trend.ts';
import { tierOf } from '../domain/tier.ts';
import type { DrillProblem } from '../protocol/proof.ts';
import { reportOf } from './drill-report.ts';
import { knownAccounts } from './find-account.ts';
import { namesWithOwnKey, ownKeyOf } from './own-key.ts';
import { primaryRepositories } from './primary-repositories.ts';
import type { Services } from './services.ts';

/** All that alerts, metrics and reports are made of. */
export interface GatheredProof {
  readonly accounts: readonly GatheredAccount[];
  readonly storage: readonly GatheredStorage[];
}

export interface GatheredAccount {
  readonly account: Account;
  /** Where its backups are made, as soon as it has one. */
  readonly repository: RepositoryRecord | undefined;
  readonly facts: AccountFacts;
  /** Of the time that was asked for, oldest first. */
  readonly runs: readonly RunRecord[];
  readonly lastGood: RunRecord | undefined;
  readonly verification: VerificationSummary | undefined;
  readonly lastDrill: DrillRecord | undefined;
  readonly lastPassed: DrillRecord | undefined;
  readonly lastFilesOnly: DrillRecord | undefined;
}

export interface GatheredStorage extends StorageTrend {
  readonly destination: string;
  readonly days: readonly StorageDay[];
}

const dayMilliseconds = 86_400_000;
const trendDays = 60;
/** The last backups with which one is compared. */
const historyRuns = 10;

/** A few questions to the metadata database, however many accounts there are. */
export async function gatherProof(services: Services, since: Date): Promise<GatheredProof> {
  const { records, verifications, drills, storageDays, clock } = services;
  const [accounts, repositories, runs, lastRuns, summaries, lastDrills] = await Promise.all([
    knownAccounts(services),
    primaryRepositories(services),
    records.listRuns(since),
    records.lastRuns(),
    verifications.summaries(),
    drills.last(),
  ]);
  const copies = await gatherCopies(services, accounts, repositories);
  const sealed = new Set<string>(await namesWithOwnKey(services, accounts));
  const byAccount = Map.groupBy(runs, ({ generation }) => generation);
  const days = await storageDays.list(new Date(clock.now().getTime() - trendDays * dayMilliseconds));
  return {
    accounts: accounts.map((account) => {
      const { generation } = account;
      const last = lastDrills.get(generation);
      const known = {
        account,
        repository: repositories.get(generation),
        runs: byAccount.get(generation) ?? [],
        lastGood: lastRuns.get(generation),
        verification: summaries.get(generation),
        lastDrill: last?.newest,
        lastPassed: last?.newestPassed,
        lastFilesOnly: last?.newestFilesOnly,
      };
      const isSealed = sealed.has(account.name);
      const facts = { ...toFacts(services, known), copies: copies.get(generation) ?? [] };
      return { ...known, facts: isSealed ? { ...facts, isSealed } : facts };
    }),
    storage: [...days].flatMap(([destination, some]) => {
      const trend = storageTrend(some);
      return trend === undefined ? [] : [{ destination, ...trend, days: some }];
    }),
  };
}

/** What each account's copies are, where there are to be any. */
async function gatherCopies(
  services: Services,
  accounts: readonly Account[],
  repositories: ReadonlyMap<Generation, RepositoryRecord>,
): Promise<ReadonlyMap<Generation, readonly CopyFact[]>> {
  const { configuration, copyLedger } = services;
  const copies = new Map<Generation, readonly CopyFact[]>();
  const elsewhere = configuration.destinations.filter(({ role }) => role !== 'primary');
  if (elsewhere.length === 0) return copies;
  for (const { generation } of accounts) {
    const made = repositories.get(generation);
    if (made === undefined) continue;
    const isSealed = (await ownKeyOf(services, { generation })) !== undefined;
    const fed = elsewhere.filter(({ role }) => !isSealed || role === 'archives');
    const facts = fed.map(async ({ name, role }): Promise<CopyFact> => {
      if (role === 'archives') {
        const archived = await copyLedger.loadArchives(name, generation);
        return { destination: name, copiedAt: archived?.archivedAt, lost: archived?.lost };
      }
      const record = await copyLedger.load(name, made.repositoryId);
      return { destination: name, copiedAt: record?.copiedAt, lost: record?.lost };
    });
    copies.set(generation, await Promise.all(facts));
  }
  return copies;
}

function toFacts({ configuration }: Services, known: Omit<GatheredAccount, 'facts'>): Omit<AccountFacts, 'copies'> {
  const { account, runs, lastGood, verification, lastDrill, lastPassed } = known;
  return {
    account: account.name,
    tier: tierOf(configuration.proof.tiers, account),
    lastGoodAt: lastGood?.finishedAt,
    failure: failureOf(newestFailure(runs)),
    size: judgeNewest(runs),
    damagedPoints: verification?.damagedPoints ?? 0,
    missing: verification?.missing ?? [],
    lastDrill: lastDrill && toDrillFact(lastDrill, lastPassed),
  };
}

function toDrillFact(drill: DrillRecord, lastPassed: DrillRecord | undefined): DrillFact {
  const { problems, databases } = reportOf(drill);
  return {
    at: drill.finishedAt,
    outcome: drill.outcome,
    problem: problems[0] && toProblemFact(problems[0]),
    untried: databases.filter(isUntried).map(({ name }) => showName(name)),
    provenAt: lastPassed?.finishedAt,
  };
}

const longestDetail = 300;

function toProblemFact({ kind, count, name, detail }: DrillProblem): DrillFact['problem'] {
  const readable = (text: string | undefined): string | undefined => text && showName(text).slice(0, longestDetail);
  return { kind, count, name: readable(name), detail: readable(detail) };
}

/** What somebody stopped did not fail. */
function failureOf(failed: RunRecord | undefined): AccountFacts['failure'] {
  const code = failed?.failureCode;
  return failed === undefined || code === undefined || code === 'cancelled'
    ? undefined
    : { code, at: failed.finishedAt };
}

/** Backups of some paths are as large as somebody wanted. */
function judgeNewest(runs: readonly RunRecord[]): AccountFacts['size'] {
  const mechanism = runs.findLast(({ kind }) => kind !== 'partial')?.destination;
  const nightly = runs.filter(({ kind, failureCode, destination }) => {
    return kind === 'nightly' && failureCode === undefined && destination === mechanism;
  });
  const sizes = nightly.map(({ filesTotal, bytesTotal }) => ({ files: filesTotal, bytes: bytesTotal }));
  const newest = sizes.at(-1);
  return newest === undefined ? 'usual' : judgeBackup(sizes.slice(0, -1).slice(-historyRuns), newest);
}
