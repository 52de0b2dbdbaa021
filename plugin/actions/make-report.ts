import type { RunRecord } from '../contracts/records.ts';
import { adherenceOf, judgedFrom } from '../domain/adherence.ts';
import { freshnessOf } from '../domain/assess-account.ts';
import { isUndone, newerFilesProof } from '../domain/drill-outcome.ts';
import { Failure } from '../domain/failure.ts';
import type { Configuration } from '../domain/configuration.ts';
import { planRecommendations } from '../domain/plan-recommendations.ts';
import { planRestoreOrder } from '../domain/tier.ts';
import type { AccountInventory } from '../protocol/inventory.ts';
import type { AccountProof, DestinationProof, DrillReport, ProofReport } from '../protocol/proof.ts';
import { reportOf } from './drill-report.ts';
import { gatherProof, type GatheredAccount, type GatheredStorage } from './gather-proof.ts';
import { readOnce } from './read-once.ts';
import type { Services } from './services.ts';
import { tellInventories } from './tell-inventory.ts';

const hourMilliseconds = 3_600_000;
const gigabyte = 1e9;

interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** How well accounts were kept between two times; accounts stand in the order in which they come back in a disaster. */
export async function makeReport(given: Services, request: { from: string; to: string }): Promise<ProofReport> {
  const services = readOnce(given);
  const { configuration, clock, serverId } = services;
  const period = readPeriod(request);
  const now = clock.now();
  const gathered = await gatherProof(services, earliest(configuration, period));
  const accounts = inRestoreOrder(configuration, gathered.accounts);
  const drills = await drillsOf(services, period);
  const storage = gathered.storage.map(toDestination);
  const inventories = await tellInventories(
    services,
    accounts.map(({ account }) => account),
  );
  const lines = accounts.map((account, index) => {
    return { ...toAccount(account, period, now), ...toCopies(inventories[index]) };
  });
  const alerts = await services.alerts.list(period.from);
  return {
    server: serverId,
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    madeAt: now.toISOString(),
    accounts: lines,
    runs: countRuns(lines),
    adherence: mean(accounts.map((account) => adherence(account, period))),
    drills: summariseDrills(drills),
    storage,
    cost: costOf(configuration, storage),
    alerts: {
      open: alerts.filter(({ resolvedAt }) => resolvedAt === undefined).length,
      begun: alerts.filter(({ since }) => isWithin(since, period)).length,
      resolved: alerts.filter(({ resolvedAt }) => resolvedAt !== undefined && isWithin(resolvedAt, period)).length,
    },
    recommendations: planRecommendations(lines, storage, configuration.proof.alerts.storageDays),
  };
}

function readPeriod({ from, to }: { from: string; to: string }): Period {
  const period = { from: new Date(from), to: new Date(to) };
  for (const [field, text] of Object.entries({ from, to })) {
    if (Number.isNaN(Date.parse(text))) throw new Failure('invalid-input', { field, text, hint: 'an ISO time' });
  }
  if (period.from.getTime() < period.to.getTime()) return period;
  throw new Failure('invalid-input', { field: 'from', text: from, hint: `before ${to}` });
}

/** Backups before the time cover its beginning. */
function earliest({ proof }: Configuration, { from }: Period): Date {
  const hours = Math.max(...proof.tiers.map(({ rpoHours }) => rpoHours));
  return new Date(from.getTime() - hours * hourMilliseconds);
}

function inRestoreOrder({ proof }: Configuration, accounts: readonly GatheredAccount[]): GatheredAccount[] {
  const byAccount = new Map(accounts.map((gathered) => [gathered.account.generation, gathered]));
  const ordered = planRestoreOrder(
    proof.tiers,
    accounts.map(({ account }) => account),
  );
  return ordered.flatMap(({ generation }) => byAccount.get(generation) ?? []);
}

/** The same judgement as the inventory's. */
function toCopies(inventory: AccountInventory | undefined): Pick<AccountProof, InventoryFields> {
  if (inventory === undefined) throw new Error('each account has its inventory');
  const { copies, rules } = inventory;
  return { copies, hasOffsite: rules.oneOffsite === 'yes', offsiteAt: newestElsewhere(inventory), rules };
}

/** From when the newest is that is kept elsewhere; of a place from which somebody deleted nothing counts. */
export function newestElsewhere({ places }: Pick<AccountInventory, 'places'>): string | undefined {
  const elsewhere = places.filter(({ offsite, lost }) => offsite === 'yes' && lost === 0);
  return elsewhere
    .flatMap(({ newestAt }) => newestAt ?? [])
    .toSorted()
    .at(-1);
}

type InventoryFields = 'copies' | 'hasOffsite' | 'offsiteAt' | 'rules';

function toAccount(
  { facts, runs, lastGood, verification, lastDrill, lastPassed, lastFilesOnly }: GatheredAccount,
  period: Period,
  now: Date,
): Omit<AccountProof, InventoryFields> {
  const within = runs.filter(({ finishedAt }) => isWithin(finishedAt, period));
  const good = within.filter(({ failureCode }) => failureCode === undefined);
  return {
    account: facts.account,
    tier: facts.tier.name,
    rpoHours: facts.tier.rpoHours,
    rtoMinutes: facts.tier.rtoMinutes,
    lastGoodAt: facts.lastGoodAt?.toISOString(),
    isWithinRpo: ['fresh', 'late'].includes(freshnessOf(facts, now)),
    runs: within.length,
    failedRuns: within.length - good.length,
    bytes: lastGood?.bytesTotal ?? 0,
    growthBytes: growthOf(good),
    damagedPoints: facts.damagedPoints,
    verifiedAt: verification?.verifiedAt?.toISOString(),
    provenAt: lastPassed?.finishedAt.toISOString(),
    filesProvenAt: newerFilesProof(lastPassed?.finishedAt, lastFilesOnly?.finishedAt)?.toISOString(),
    lastDrill: lastDrill?.outcome,
    drillSeconds: lastDrill && reportOf(lastDrill).seconds,
  };
}

/** Backups of some paths are as large as somebody wanted. */
function growthOf(runs: readonly RunRecord[]): number {
  const sizes = runs.filter(({ kind }) => kind === 'nightly').map(({ bytesTotal }) => bytesTotal);
  return (sizes.at(-1) ?? 0) - (sizes[0] ?? 0);
}

function adherence({ repository, runs, facts }: GatheredAccount, { from, to }: Period): number {
  const { rpoHours } = facts.tier;
  const good = runs.filter(({ failureCode }) => failureCode === undefined).map(({ finishedAt }) => finishedAt);
  const judged = judgedFrom({ placeAt: repository?.createdAt, firstGoodAt: good[0], rpoHours }, from);
  return adherenceOf(good, rpoHours, judged, to);
}

function countRuns(accounts: readonly AccountProof[]): ProofReport['runs'] {
  const total = accounts.reduce((sum, { runs }) => sum + runs, 0);
  const failed = accounts.reduce((sum, { failedRuns }) => sum + failedRuns, 0);
  return { total, failed, successRate: total === 0 ? 1 : (total - failed) / total };
}

const mostDrills = 10_000;

async function drillsOf({ drills }: Services, period: Period): Promise<DrillReport[]> {
  const records = await drills.list(undefined, mostDrills);
  return records.filter(({ finishedAt }) => isWithin(finishedAt, period)).map(reportOf);
}

function summariseDrills(drills: readonly DrillReport[]): ProofReport['drills'] {
  const ended = drills.filter(({ problems }) => !problems.some(isUndone));
  const seconds = ended.map((drill) => drill.seconds).toSorted((left, right) => left - right);
  return {
    done: drills.length,
    passed: drills.filter(({ outcome }) => outcome === 'passed').length,
    filesOnly: drills.filter(({ outcome }) => outcome === 'files-only').length,
    ended: ended.length,
    withinRto: ended.filter(({ isWithinRto }) => isWithinRto).length,
    medianSeconds: seconds[Math.floor(seconds.length / 2)],
    slowestSeconds: seconds.at(-1),
  };
}

function toDestination({
  destination,
  bytesStored,
  bytesFree,
  growthPerDay,
  daysLeft,
  days,
}: GatheredStorage): DestinationProof {
  return { destination, bytesStored, bytesFree, growthPerDay, daysLeft, days };
}

function costOf({ proof }: Configuration, storage: readonly DestinationProof[]): ProofReport['cost'] {
  if (proof.cost === undefined) return undefined;
  const gigabytes = storage.reduce((sum, { bytesStored }) => sum + bytesStored, 0) / gigabyte;
  return { perMonth: gigabytes * proof.cost.perGigabyteMonth, currency: proof.cost.currency };
}

function isWithin(time: Date, { from, to }: Period): boolean {
  return time.getTime() >= from.getTime() && time.getTime() < to.getTime();
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
