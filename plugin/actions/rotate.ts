import type { Account } from '../domain/account.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { isFailure } from '../domain/failure.ts';
import { guardRetention, type GuardedPlan } from '../domain/guard-retention.ts';
import type { RetentionGround } from '../domain/plan-retention.ts';
import { isPruneTurn } from '../domain/prune-turn.ts';
import { systemAccount } from '../domain/system-account.ts';
import { openZoneCalendar, writeDay } from '../domain/zone-calendar.ts';
import { forgetSnapshots } from '../engine/forget.ts';
import { lockRepository, type ExclusiveLock } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import type { Answer } from '../protocol/requests.ts';
import type { PruneReport } from '../protocol/upkeep.ts';
import type { AccountRotation } from '../protocol/schedules.ts';
import { endOrphanUploads } from './end-orphan-uploads.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { isClockTrusted } from './is-clock-trusted.ts';
import { keepCatalogOrWarn } from './keep-catalog.ts';
import { planBeside, sealedPoints, withoutBeside } from './own-key.ts';
import { pruneOne } from './prune-repositories.ts';
import { toPointLine } from './restore-points.ts';
import { readRetainedPoints, retentionGround, toReasonLines, type RetainedPoint } from './retained-points.ts';
import type { Performing } from './services.ts';

export interface RotateRequest {
  readonly account: string | undefined;
  readonly dryRun: boolean;
  readonly isConfirmed: boolean;
}

/**
 * Forgets what the rules let go, account by account, then frees its space as long as there is time. What happens to
 * one account keeps no other from its turn. Killed at any moment it leaves whole repositories, and the next goes on.
 * @throws {Failure} `unknown-account`; whatever an account's own rotation fails with is in its report.
 */
export async function rotate(performing: Performing, request: RotateRequest): Promise<Answer<'rotate'>> {
  const { services } = performing;
  const { timeZone, rotationMinutes } = services.configuration.schedule;
  const until = services.clock.elapsedMilliseconds() + rotationMinutes * 60_000;
  const accounts =
    request.account === undefined
      ? [...(await knownAccounts(services)), systemAccount(services.serverId)]
      : [await findAccount(services, request.account)];
  const calendar = openZoneCalendar(timeZone);
  const now = services.clock.now().getTime();
  const today = calendar.dayOf(now);
  const isSteady = await isClockTrusted(services, []);
  if (!request.dryRun) await services.timetable.noteDay(today);
  if (!request.dryRun && request.isConfirmed) await services.timetable.forgetDaysAfter(today); // a person vouches for the clock
  const rotated: Rotated[] = [];
  for (const account of accounts) {
    const one = await rotateOne(performing, { ...request, account, isSteady });
    if (one !== undefined) rotated.push(one);
  }
  if (request.account === undefined && !request.dryRun) await endOrphanUploads(services);
  const unpruned = request.dryRun ? 0 : await pruneSome(performing, rotated, { until, today });
  return { dryRun: request.dryRun, day: writeDay(today), accounts: rotated.map(({ report }) => report), unpruned };
}

interface Rotated {
  readonly account: Account;
  readonly found: AccountRepository | undefined;
  report: AccountRotation;
}

interface RotationOrder extends Omit<RotateRequest, 'account'> {
  readonly account: Account;
  readonly isSteady: boolean;
}

/** @returns undefined for an account without a repository. */
async function rotateOne(performing: Performing, order: RotationOrder): Promise<Rotated | undefined> {
  const { services, signal } = performing;
  const { account } = order;
  const ground = retentionGround(services, account);
  try {
    signal.throwIfAborted();
    const found = await findRepository(services, account);
    return { account, found, report: toReport(order, ground, await forgetOf(performing, { found, order, ground })) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.code === 'repository-missing') return undefined;
    const { code, facts } = error;
    const nothing: GuardedPlan<RetainedPoint> = { keep: [], forget: [], held: [] };
    const report = { ...toReport(order, ground, nothing), failure: { code, facts: { ...facts } } };
    return { account, found: undefined, report };
  }
}

interface ForgetOrder {
  readonly found: AccountRepository;
  readonly order: RotationOrder;
  readonly ground: RetentionGround;
}

/** Decides under the same lock under which it forgets, so that nothing comes in between. */
async function forgetOf(
  performing: Performing,
  { found, order, ground }: ForgetOrder,
): Promise<GuardedPlan<RetainedPoint>> {
  const { services, signal } = performing;
  const repository = await openRepository(services, found);
  const decide = async (): Promise<GuardedPlan<RetainedPoint>> => {
    const points = await readRetainedPoints(services, { repository, found });
    const beside = await sealedPoints(services, found.account);
    const isClockRight =
      order.isSteady && points.every(({ kind, time }) => kind === 'foreign' || time <= ground.now + hour);
    const guards = { isClockSteady: isClockRight, isConfirmed: order.isConfirmed };
    return withoutBeside(guardRetention(planBeside(points, beside, ground), guards), points);
  };
  if (order.dryRun) return decide();
  const lock = await lockRepository(repository, true, services.locker);
  const plan = await forgetUnderLock(repository, lock, decide);
  if (plan.forget.length > 0) {
    const { account, destination } = found;
    const kept = plan.keep.map(({ point }) => point.snapshot.id);
    await services.verifications.keepOnly({ generation: account.generation, destination }, kept);
    await keepCatalogOrWarn(services, { repository, ...account }, signal);
  }
  return plan;
}

async function forgetUnderLock(
  repository: Repository,
  lock: ExclusiveLock,
  decide: () => Promise<GuardedPlan<RetainedPoint>>,
): Promise<GuardedPlan<RetainedPoint>> {
  try {
    const plan = await decide();
    const ids = plan.forget.map(({ point }) => point.snapshot.id);
    if (ids.length > 0) await forgetSnapshots(repository, lock, ids);
    return plan;
  } finally {
    await lock.release();
  }
}

const hour = 3_600_000;

function toReport(
  { account, dryRun }: RotationOrder,
  { policy, calendar }: RetentionGround,
  { keep, forget, held }: GuardedPlan<RetainedPoint>,
): AccountRotation {
  const lines = keep.map(({ point, reasons }) => {
    const { id, time, kind, label } = toPointLine(point.snapshot);
    return { id, time, kind, label, reasons: toReasonLines(reasons, point.time, calendar), goesOn: undefined };
  });
  return {
    account: account.name,
    policy: policy.name,
    exception: policy.reason,
    kept: keep.length,
    keep: dryRun ? lines : [],
    forget: forget.map(({ point, reason }) => {
      const { id, time, kind, label } = toPointLine(point.snapshot);
      return { id, time, kind, label, reason };
    }),
    held,
    failure: undefined,
    pruned: undefined,
  };
}

/**
 * Whose turn it is comes first: each once a week, so that also what an interrupted run left is freed. @returns how many
 * were left for want of time.
 */
async function pruneSome(
  performing: Performing,
  rotated: readonly Rotated[],
  { until, today }: { readonly until: number; readonly today: number },
): Promise<number> {
  const hasTurn = ({ account }: Rotated): boolean => isPruneTurn(account.generation, today);
  const due = rotated.filter((one) => one.found !== undefined && (one.report.forget.length > 0 || hasTurn(one)));
  const ordered = due.toSorted((one, other) => Number(hasTurn(other)) - Number(hasTurn(one)));
  for (const [done, one] of ordered.entries()) {
    const isOver = performing.services.clock.elapsedMilliseconds() >= until;
    if (isOver || performing.signal.aborted) return ordered.length - done;
    one.report = { ...one.report, ...(await pruned(performing, one.found)) };
  }
  return 0;
}

async function pruned(
  performing: Performing,
  found: AccountRepository | undefined,
): Promise<Partial<Pick<AccountRotation, 'failure'>> & { pruned: PruneReport | undefined }> {
  try {
    return { pruned: found === undefined ? undefined : await pruneOne(performing, found, false) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { pruned: undefined, failure: tellFailure(error) };
  }
}
