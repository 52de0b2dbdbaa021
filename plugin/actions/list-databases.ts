import { parseDatabaseRef } from '../domain/database-name.ts';
import { redisNameOf } from '../domain/redis-name.ts';
import { databasesFolder } from '../domain/stored-database.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { listStoredDatabases } from '../engine/stored-database.ts';
import type { DatabaseLine, DatabasesReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import { firstEngine } from './account-databases.ts';
import { findPointOf, openStored, panelName } from './database-ground.ts';
import { findPointOfRedis } from './download-redis.ts';
import { findAccount } from './find-account.ts';
import { onPlanGround, type PlanGround } from './plan-ground.ts';
import { findPointHolding, toPointLine } from './restore-points.ts';
import type { Performing, Services } from './services.ts';

type Asked = Extract<Request, { kind: 'databases' }>;

/** The databases that a restore point holds. @throws {Failure} `unknown-account`, `unknown-restore-point`. */
export async function listDatabases({ services }: Performing, request: Asked): Promise<DatabasesReport> {
  const account = await findAccount(services, request.account);
  return onPlanGround(services, account, async (ground) => {
    const snapshot = await findAsked(services, ground, request);
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

function findAsked(services: Services, ground: PlanGround, { point, database }: Asked): Promise<Snapshot> {
  const redis = database === undefined ? undefined : redisNameOf(database);
  if (redis !== undefined) return findPointOfRedis(ground, point, redis);
  if (database !== undefined) return findPointOf(ground, point, parseDatabaseRef(database, firstEngine(services)));
  const { repository, reader, account } = ground;
  return findPointHolding(repository, reader, { point, account: account.name }, [databasesFolder]);
}
