import type { DatabaseRestorer } from '../contracts/database-restorer.ts';
import type { Account } from '../domain/account.ts';
import type { DatabaseReceipt, StoredDatabasePlan } from '../domain/database-plan.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseJobId } from '../domain/job.ts';
import { planRunStep } from '../domain/stored-plan.ts';
import type { DatabaseReceiptReport } from '../protocol/databases.ts';
import { unfinishedPlans } from './keep-database-plan.ts';
import { withRestorer } from './database-ground.ts';
import { toDatabaseReceiptReport } from './database-plan-report.ts';
import { register, type DatabaseRun } from './database-run.ts';
import { restoreDatabase } from './restore-database.ts';
import type { Performing, Services } from './services.ts';
import { undoDatabase } from './undo-database.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Does what a plan about a database says. The live database is before it or after it, never between: whoever finds a run
 * that was cut off makes it what it was. The caller holds the account's lock.
 * @throws {Failure} `unknown-plan`, `plan-changed`, `database-busy`, `database-refused`, `no-space`, with the live database as
 * it was; `cancelled` and `interrupted` after it was put back.
 */
export async function runDatabasePlan(
  performing: Performing,
  account: Account,
  plan: StoredDatabasePlan,
): Promise<DatabaseReceiptReport> {
  const { services } = performing;
  const job = performing.jobId ?? plan.id;
  const step = planRunStep(plan, job, services.clock.now());
  if (step === 'tell-receipt') return toDatabaseReceiptReport(plan);
  if (step === 'refuse') throw new Failure('unknown-plan', { text: plan.id });
  if (step === 'tell-interrupted') throw interrupted(plan);
  return withRestorer(services, plan.question.engine, async (restorer) => {
    await putBackUnfinished(services, account, restorer);
    if (step === 'put-back') throw interrupted(plan);
    await restorer.sweep(await unfinishedPlans(services));
    return toDatabaseReceiptReport(await begin(performing, account, restorer, { ...plan, job }));
  });
}

async function begin(
  performing: Performing,
  account: Account,
  restorer: DatabaseRestorer,
  plan: StoredDatabasePlan,
): Promise<StoredDatabasePlan> {
  const { services } = performing;
  const begun = services.clock.elapsedMilliseconds();
  let kept = plan;
  const keep = async (changes: Partial<StoredDatabasePlan>): Promise<StoredDatabasePlan> => {
    kept = { ...kept, ...changes };
    await services.databasePlans.save(account.generation, kept);
    return kept;
  };
  const run: DatabaseRun = { performing, account, restorer, plan: await keep({ state: 'saving' }), keep };
  try {
    const done = plan.question.purpose === 'restore-database' ? await restoreDatabase(run) : await undoDatabase(run);
    const seconds = (services.clock.elapsedMilliseconds() - begun) / 1000;
    return await finish(run, kept, { ...done, seconds });
  } catch (error) {
    throw await giveUp(run, kept, error);
  }
}

async function finish(
  { performing, account, keep }: DatabaseRun,
  { question }: StoredDatabasePlan,
  receipt: DatabaseReceipt,
): Promise<StoredDatabasePlan> {
  const { clock, configuration, jobs } = performing.services;
  const now = clock.now();
  const undoUntil = new Date(now.getTime() + configuration.restore.undoDays * dayMilliseconds).toISOString();
  const done = await keep({ state: 'done', receipt, finishedAt: now.toISOString(), undoUntil });
  if (question.purpose === 'undo-database') {
    await jobs.setUndo(account.generation, parseJobId(question.undoes.job), undefined);
  }
  return done;
}

/** @returns what to throw, once the live database is what it was. A plan that touched nothing may be run again. */
async function giveUp(run: DatabaseRun, kept: StoredDatabasePlan, cause: unknown): Promise<Error> {
  const { performing, account, restorer, keep } = run;
  const { signal, services } = performing;
  const wasTouched = kept.state === 'writing' && !isRefused(kept, cause);
  if (!wasTouched) await keep({ state: 'open', job: undefined, journal: undefined });
  else await putBackPlan(services, account, { restorer, plan: kept });
  if (signal.aborted) return new Failure('cancelled', { action: 'run-plan' }, { cause });
  if (isFailure(cause)) return cause;
  return wasTouched ? interrupted(kept, cause) : (cause as Error);
}

/** Whether an exchange says that it left the live database as it was. */
function isRefused({ journal }: StoredDatabasePlan, cause: unknown): boolean {
  return journal !== undefined && (isFailure(cause, 'database-busy') || isFailure(cause, 'database-refused'));
}

/** A process that died left a live database between before and after. */
export async function putBackUnfinished(
  services: Services,
  account: Account,
  restorer: DatabaseRestorer,
): Promise<void> {
  for (const plan of await services.databasePlans.list(account.generation)) {
    if (plan.state === 'writing' && plan.question.engine === restorer.engine) {
      await putBackPlan(services, account, { restorer, plan });
    }
  }
}

async function putBackPlan(
  services: Services,
  account: Account,
  { restorer, plan }: { readonly restorer: DatabaseRestorer; readonly plan: StoredDatabasePlan },
): Promise<void> {
  const { journal, question } = plan;
  if (journal !== undefined) await restorer.putBack(journal);
  if (question.target.kind === 'beside') {
    const wasThere = journal?.isNew === false;
    const ref = { engine: question.engine, name: question.target.name };
    if (journal === undefined) await restorer.drop(ref.name); // made by this plan, and only since
    await register(services, account, { ref, isThere: wasThere });
  }
  const finishedAt = services.clock.now().toISOString();
  await services.databasePlans.save(account.generation, { ...plan, state: 'put-back', finishedAt, journal: undefined });
}

function interrupted({ question }: StoredDatabasePlan, cause?: unknown): Failure {
  const after = `the database "${question.database}" is as it was before`;
  return new Failure('interrupted', { action: question.purpose, after }, { cause });
}
