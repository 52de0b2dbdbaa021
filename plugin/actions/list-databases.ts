import { listStoredDatabases } from '../engine/stored-database.ts';
import type { DatabaseLine, DatabasesReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import { openStored, panelName } from './database-ground.ts';
import { findAccount } from './find-account.ts';
import { onPlanGround } from './plan-ground.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';

/** The databases that a restore point holds. @throws {Failure} `unknown-account`, `unknown-restore-point`. */
export async function listDatabases(
  { services }: Performing,
  request: Extract<Request, { kind: 'databases' }>,
): Promise<DatabasesReport> {
  const account = await findAccount(services, request.account);
  return onPlanGround(services, account, async (ground) => {
    const snapshot = await findPoint(ground.repository, request.point, account.name, 'databases');
    const databases: DatabaseLine[] = [];
    for (const ref of await listStoredDatabases(ground.reader, snapshot)) {
      const { description } = await openStored(ground, snapshot, ref);
      const { rows, bytes } = description.counts;
      const tables = description.tables.filter(({ kind }) => kind === 'table').length;
      const name = panelName(services, ref);
      databases.push({ name, engine: ref.engine, version: description.serverVersion, tables, rows, bytes });
    }
    return { account: account.name, point: toPointLine(snapshot), databases };
  });
}
