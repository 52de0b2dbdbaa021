import type { DatabasePlanReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { findDatabase } from './find-database.ts';
import { onPlanGround } from './plan-ground.ts';
import { findPoint } from './restore-points.ts';
import type { Performing } from './services.ts';

/** @throws {Failure} `unknown-account`, `unknown-restore-point`, `unknown-database`. */
export async function planDatabase(
  { services }: Performing,
  request: Extract<Request, { kind: 'plan-database' }>,
): Promise<DatabasePlanReport> {
  const account = await findAccount(services, request.account);
  return onPlanGround(services, account, async ({ repository, reader }) => {
    return findDatabase(reader, await findPoint(repository, request.point, account.name), request.database);
  });
}
