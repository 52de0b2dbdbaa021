import type { DatabaseTarget, NamedTarget } from '../domain/database-plan.ts';
import { Failure } from '../domain/failure.ts';
import { nameBeside } from '../domain/name-beside.ts';
import type { DatabasePlanReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import { isFree, onDatabaseGround, type DatabaseGround } from './database-ground.ts';
import { toDatabasePlanReport } from './database-plan-report.ts';
import { findAccount } from './find-account.ts';
import { keepDatabasePlan } from './keep-database-plan.ts';
import { toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';
import { workOutDatabaseRestore, type RestoreQuestion } from './work-out-database-plan.ts';

/**
 * Works out what the restore of a database will do, and keeps that for half an hour. Changes nothing.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `unknown-database`, `database-unreachable`,
 * `invalid-input` for a name that cannot be, and what `workOutDatabaseRestore` throws.
 */
export async function planDatabase(
  { services }: Performing,
  request: Extract<Request, { kind: 'plan-database' }>,
): Promise<DatabasePlanReport> {
  const account = await findAccount(services, request.account);
  return onDatabaseGround(services, account, request, async (ground) => {
    const question: RestoreQuestion = {
      purpose: 'restore-database',
      point: toPointLine(ground.snapshot),
      engine: ground.ref.engine,
      database: ground.ref.name,
      target: await nameTarget(ground, request.target),
      tables: [...new Set(request.tables)],
    };
    const worked = await workOutDatabaseRestore(ground, question);
    const plan = await keepDatabasePlan(services, account, question, worked);
    return toDatabasePlanReport(plan, services.configuration.restore.undoDays);
  });
}

async function nameTarget(ground: DatabaseGround, target: DatabaseTarget): Promise<NamedTarget> {
  if (target.kind === 'replace') return target;
  if (target.name !== undefined) return { kind: 'beside', name: checkName(ground, target.name) };
  for (let attempt = 1; ; attempt += 1) {
    const name = nameBeside(ground.ref.name, ground.snapshot.time, attempt);
    const ref = { engine: ground.ref.engine, name };
    if (await isFree(ground.services, ground.account, { restorer: ground.restorer, ref }))
      return { kind: 'beside', name };
  }
}

/**
 * A customer may not take any name on the server that is free: another customer's next database could be called so. It
 * begins as the account or as the database that it is made of.
 */
function checkName({ account, ref }: DatabaseGround, name: string): string {
  const isOwn = name.startsWith(`${account.name}_`) || name.startsWith(`${ref.name}_`);
  if (isOwn && /^\w{1,63}$/.test(name)) return name;
  const hint = `It begins with ${account.name}_ or ${ref.name}_, and has letters, digits and _ only, 63 at most.`;
  throw new Failure('invalid-input', { field: '--as', text: name, hint });
}
