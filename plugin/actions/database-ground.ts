import type { DatabaseRestorer } from '../contracts/database-restorer.ts';
import type { Account } from '../domain/account.ts';
import { parseDatabaseRef, type DatabaseEngine, type DatabaseRef } from '../domain/database-name.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { LiveDatabase } from '../domain/live-database.ts';
import { databasesFolder } from '../domain/stored-database.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { listStoredDatabases, openStoredDatabase, storedPath, type StoredDatabase } from '../engine/stored-database.ts';
import { findOwnership, firstEngine } from './account-databases.ts';
import { knownAccounts } from './find-account.ts';
import { onPlanGround, type PlanGround } from './plan-ground.ts';
import { findPointHolding } from './restore-points.ts';
import type { Services } from './services.ts';

/** What plans about a database stand on: that of a restore point, and the live one. */
export interface DatabaseGround extends PlanGround {
  readonly snapshot: Snapshot;
  readonly ref: DatabaseRef;
  readonly stored: StoredDatabase;
  readonly restorer: DatabaseRestorer;
  /** Undefined when there is none, or it is not this account's. */
  readonly live: LiveDatabase | undefined;
}

/**
 * Opens a database of a restore point and the server it belongs to.
 * @param asked the name, or `postgresql:NAME`.
 * @throws {Failure} `repository-missing`, `repository-locked`, `unknown-restore-point`, `unknown-database`,
 * `database-unreachable`, and what `use` throws.
 */
export function onDatabaseGround<Result>(
  services: Services,
  account: Account,
  asked: { readonly point: string; readonly database: string },
  use: (ground: DatabaseGround) => Promise<Result>,
): Promise<Result> {
  return onPlanGround(services, account, async (ground) => {
    const ref = parseDatabaseRef(asked.database, firstEngine(services));
    const snapshot = await findPointOf(ground, asked.point, ref);
    const stored = await openStored(ground, snapshot, ref);
    return withRestorer(services, ref.engine, async (restorer) => {
      const live = await lookAtOwn(services, account, { restorer, ref });
      return use({ ...ground, snapshot, ref, stored, restorer, live });
    });
  });
}

/** The newest that `point` may mean and that has the database. @throws {Failure} `unknown-restore-point`. */
export function findPointOf({ repository, reader, account }: PlanGround, point: string, ref: DatabaseRef) {
  return findPointHolding(repository, reader, { point, account: account.name }, pathOf(ref));
}

/** A name that can be none is in no restore point. */
function pathOf(ref: DatabaseRef): string[] {
  try {
    return storedPath(ref);
  } catch {
    return [databasesFolder, ref.engine, ''];
  }
}

/** @throws {Failure} `database-unreachable` also when no such server is configured. */
export async function withRestorer<Result>(
  services: Services,
  engine: DatabaseEngine,
  use: (restorer: DatabaseRestorer) => Promise<Result>,
): Promise<Result> {
  const restorer = await services.openRestorer(engine);
  try {
    return await use(restorer);
  } finally {
    await restorer.close();
  }
}

/** The live database, unless it is another's. */
export async function lookAtOwn(
  services: Services,
  account: Account,
  { restorer, ref }: { readonly restorer: DatabaseRestorer; readonly ref: DatabaseRef },
): Promise<LiveDatabase | undefined> {
  const isOwn = await findOwnership(services);
  return isOwn(account, ref) ? restorer.look(ref.name) : undefined;
}

/**
 * Whether a name may become a database of this account's: nobody has it, on the panel or on the server.
 */
export async function isFree(
  services: Services,
  account: Account,
  { restorer, ref }: { readonly restorer: DatabaseRestorer; readonly ref: DatabaseRef },
): Promise<boolean> {
  const isOwn = await findOwnership(services);
  const others = (await knownAccounts(services)).filter(({ name }) => name !== account.name);
  if (others.some((other) => isOwn(other, ref))) return false;
  return (await restorer.look(ref.name)) === undefined;
}

/** As the panel writes a database. */
export function panelName(services: Services, { engine, name }: DatabaseRef): string {
  return engine === firstEngine(services) ? name : `${engine}:${name}`;
}

/** @throws {Failure} `unknown-database`. */
export async function openStored(
  { reader }: PlanGround,
  snapshot: Snapshot,
  ref: DatabaseRef,
): Promise<StoredDatabase> {
  try {
    return await openStoredDatabase(reader, snapshot, ref);
  } catch (error) {
    if (!isFailure(error, 'not-found') && !(error instanceof RangeError)) throw error;
    const others = (await listStoredDatabases(reader, snapshot)).map(({ name }) => name);
    const hint = others.length > 0 ? others.join(', ') : 'larder list';
    throw new Failure('unknown-database', { database: ref.name, hint }, { cause: error });
  }
}
