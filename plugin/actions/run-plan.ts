import type { AccountLock } from '../contracts/plan-store.ts';
import type { WriteReport } from '../contracts/tree-writer.ts';
import type { Account } from '../domain/account.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseJobId } from '../domain/job.ts';
import { neededBytes } from '../domain/plan-counts.ts';
import { countChanges } from '../domain/plan-line.ts';
import type { PlannedEntry } from '../domain/planned-entry.ts';
import { planRunStep, type StoredPlan } from '../domain/stored-plan.ts';
import { LiveCheck } from '../engine/live-check.ts';
import { performPlan } from '../engine/perform-plan.ts';
import type { DatabaseReceiptReport } from '../protocol/databases.ts';
import type { ReceiptReport } from '../protocol/plans.ts';
import { findAccount } from './find-account.ts';
import { keepPlan } from './keep-plan.ts';
import { lookAtHome, onPlanGround, type PlanGround } from './plan-ground.ts';
import { writeReceipt } from './plan-receipt.ts';
import { toReceiptReport } from './plan-report.ts';
import { putBack } from './put-back.ts';
import { makeSafetyCopy } from './safety-copy.ts';
import type { Performing, Services } from './services.ts';
import { openContents, workOutPlan, type WorkedOutPlan } from './work-out-plan.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Does what a plan says: all of it, or nothing. What it replaces or deletes is backed up first. When the same job asks
 * again after its process died in the middle, what was begun is put back.
 * @throws {Failure} `unknown-account`; `unknown-plan` also for another account's, one that ran, or one that expired;
 * `plan-changed`, `no-space`, `restore-refused`, `home-unsafe`, with nothing touched; `busy` while another plan of the
 * account runs; `cancelled` and `interrupted` after what was begun was put back,
 * `half-restored` when that could not be done yet.
 */
export async function runPlan(
  performing: Performing,
  request: { account: string; plan: string },
): Promise<ReceiptReport | DatabaseReceiptReport> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  const isOfDatabase = (await services.databasePlans.find(account.generation, request.plan)) !== undefined;
  if (!isOfDatabase) await findPlan(services, account, request.plan);
  const lock = await services.plans.lock(account.generation, account.name);
  try {
    if (isOfDatabase) return await runOfDatabase(performing, account, request.plan);
    const plan = await findPlan(services, account, request.plan); // as whoever had the lock before left it
    const from = plan.question.purpose === 'restore' ? plan.question.from : undefined;
    return await onPlanGround(services, account, (ground) => new PlanRun(performing, ground, lock).run(plan), from);
  } catch (error) {
    if (!performing.signal.aborted || isFailure(error)) throw error;
    throw new Failure('cancelled', { action: 'run-plan' }, { cause: error });
  } finally {
    lock.release();
  }
}

async function runOfDatabase(performing: Performing, account: Account, id: string): Promise<DatabaseReceiptReport> {
  const plan = await performing.services.databasePlans.find(account.generation, id);
  if (plan === undefined) throw new Failure('unknown-plan', { text: id });
  const { runDatabasePlan } = await import('./run-database-plan.ts');
  return runDatabasePlan(performing, account, plan);
}

async function findPlan({ plans }: Services, { generation }: Account, id: string): Promise<StoredPlan> {
  const plan = await plans.find(generation, id);
  if (plan === undefined) throw new Failure('unknown-plan', { text: id });
  return plan;
}

class PlanRun {
  readonly #performing: Performing;
  readonly #services: Services;
  readonly #ground: PlanGround;
  readonly #lock: AccountLock;

  constructor(performing: Performing, ground: PlanGround, lock: AccountLock) {
    this.#performing = performing;
    this.#services = performing.services;
    this.#ground = ground;
    this.#lock = lock;
  }

  async run(plan: StoredPlan): Promise<ReceiptReport> {
    const job = this.#performing.jobId ?? plan.id;
    const step = planRunStep(plan, job, this.#services.clock.now());
    switch (step) {
      case 'begin':
        await this.#putBackOthers(plan);
        return this.#begin({ ...plan, job });
      case 'put-back':
        throw interrupted(await this.#putBack(plan));
      case 'tell-receipt':
        await this.#endUndo(plan);
        return toReceiptReport(plan);
      case 'tell-interrupted':
        throw interrupted(plan);
      case 'refuse':
        throw new Failure('unknown-plan', { text: plan.id });
    }
  }

  /** A process that died and whose job nobody took up again left the home between before and after. */
  async #putBackOthers({ id }: StoredPlan): Promise<void> {
    for (const other of await this.#services.plans.list(this.#generation)) {
      if (other.id !== id && other.state === 'writing') await this.#putBack(other);
    }
  }

  async #begin(plan: StoredPlan): Promise<ReceiptReport> {
    const worked = await this.#lookAgain(plan);
    const saving: StoredPlan = { ...plan, state: 'saving' };
    await this.#services.plans.save(this.#generation, saving, worked.entries);
    const saved = await this.#save(saving, worked);
    return toReceiptReport(await this.#write(saved, worked));
  }

  /** What was confirmed is what runs. */
  async #lookAgain(plan: StoredPlan): Promise<WorkedOutPlan> {
    const planned = await this.#services.plans.entries(this.#generation, plan.id);
    if (planned === undefined) throw new Failure('unknown-plan', { text: plan.id });
    const worked = await workOutPlan(this.#ground, plan.question, this.#performing.signal);
    const changes = countChanges(planned, worked.entries);
    if (changes > 0) throw await this.#changed(plan, worked, changes);
    if (neededBytes(worked.entries) > worked.freeBytes) {
      throw new Failure('no-space', { path: this.#ground.account.home });
    }
    return worked;
  }

  async #changed({ question }: StoredPlan, worked: WorkedOutPlan, changes: number): Promise<Failure> {
    const { id } = await keepPlan(this.#services, this.#ground.account, question, worked);
    return new Failure('plan-changed', { changes, plan: id });
  }

  /** No safety copy, no restore. The plan can then be run again while it is not expired. */
  async #save(plan: StoredPlan, { entries }: WorkedOutPlan): Promise<StoredPlan> {
    try {
      const safety = await makeSafetyCopy(this.#performing, this.#ground, entries);
      if (safety !== 'changed') return { ...plan, safety };
      const worked = await workOutPlan(this.#ground, plan.question, this.#performing.signal);
      throw await this.#changed(plan, worked, Math.max(1, countChanges(entries, worked.entries)));
    } catch (error) {
      await this.#services.plans.update(this.#generation, { ...plan, state: 'open', job: undefined });
      throw error;
    }
  }

  async #write(saved: StoredPlan, worked: WorkedOutPlan): Promise<StoredPlan> {
    const begun = this.#services.clock.elapsedMilliseconds();
    const writing: StoredPlan = { ...saved, state: 'writing', writingAt: this.#services.clock.now().toISOString() };
    await this.#services.plans.update(this.#generation, writing);
    try {
      const report = await this.#perform(writing, worked.entries);
      const seconds = (this.#services.clock.elapsedMilliseconds() - begun) / 1000;
      return await this.#finish(writing, worked, { report, seconds });
    } catch (error) {
      const ended = await this.#putBack(writing);
      throw this.#performing.signal.aborted
        ? new Failure('cancelled', { action: 'run-plan' }, { cause: error })
        : interrupted(ended, error);
    }
  }

  async #perform(plan: StoredPlan, entries: readonly PlannedEntry[]): Promise<WriteReport> {
    const { account, reader } = this.#ground;
    const source = await openContents(this.#ground, plan.question);
    const writer = await this.#services.openWriter(account, { kind: 'home' }, this.#lock);
    try {
      return await lookAtHome(this.#ground, (live) => {
        return performPlan({
          entries,
          source: source === undefined ? undefined : { ...source, reader },
          writer,
          check: new LiveCheck(live),
          owner: account,
          signal: this.#performing.signal,
          onProgress: (items, bytes) => this.#tell(plan, entries.length, { items, bytes }),
        });
      });
    } finally {
      await writer.close();
    }
  }

  async #finish(
    plan: StoredPlan,
    { entries, same }: WorkedOutPlan,
    written: { readonly report: WriteReport; readonly seconds: number },
  ): Promise<StoredPlan> {
    const receipt = await writeReceipt(this.#ground, { entries, same, ...written });
    const now = this.#services.clock.now();
    const until = new Date(now.getTime() + this.#services.configuration.restore.undoDays * dayMilliseconds);
    const done: StoredPlan = {
      ...plan,
      state: 'done',
      receipt,
      finishedAt: now.toISOString(),
      undoUntil: until.toISOString(),
    };
    await this.#services.plans.update(this.#generation, done);
    await this.#endUndo(done);
    return done;
  }

  /** The job that was taken back can no longer be. */
  async #endUndo({ question }: StoredPlan): Promise<void> {
    if (question.purpose !== 'undo') return;
    await this.#services.jobs.setUndo(this.#generation, parseJobId(question.undoes.job), undefined);
  }

  #putBack(plan: StoredPlan): Promise<StoredPlan> {
    return putBack(this.#performing, this.#ground, this.#lock, plan);
  }

  #tell({ counts }: StoredPlan, itemsTotal: number, { items, bytes }: { items: number; bytes: number }): void {
    const account = this.#ground.account.name;
    const bytesTotal = counts.bytes;
    this.#performing.onProgress({ kind: 'advance', step: 'restore', account, items, itemsTotal, bytes, bytesTotal });
  }

  get #generation(): Account['generation'] {
    return this.#ground.account.generation;
  }
}

function interrupted({ after, question }: StoredPlan, cause?: unknown): Failure {
  const facts = { action: question.purpose, after: after ?? 'the home is as it was before' };
  return new Failure('interrupted', facts, { cause });
}
