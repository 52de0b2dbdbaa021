import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import type { StoredEvent } from '../../domain/stored-database.ts';
import { openSession, type SqlLogin, type SqlRow, type SqlSession } from './admin-session.ts';
import { readDefinitions } from './read-definitions.ts';

export interface ReplicaReading {
  /** As on the primary: on a replica all events are off. */
  readonly events: readonly StoredEvent[];
  /** Looks once more, when all was read. @throws {Failure} `database-dump-failed`. */
  confirm(): Promise<void>;
}

/**
 * Waits until the replica has all that the primary had, for a replica that stands still answers as if nothing were.
 * @throws {Failure} `database-dump-failed` when it does not run, or is too far behind; `database-unreachable`.
 */
export async function readReplica(
  replica: SqlSession,
  configuration: DatabaseServerConfiguration,
  login: SqlLogin,
  database: string,
): Promise<ReplicaReading> {
  const primary = await openSession(configuration.server, login);
  const most = configuration.replica?.mostLagSeconds ?? 0;
  try {
    const [row] = await primary.rows('SELECT @@gtid_binlog_pos AS gtid');
    const gtid = row?.['gtid'] ?? '';
    await requireRunning(replica, database, most);
    await waitFor(replica, gtid, database, most);
    const { events } = await readDefinitions(primary, database);
    return { events, confirm: () => requireRunning(replica, database, most) };
  } finally {
    await primary.close();
  }
}

async function requireRunning(replica: SqlSession, database: string, most: number): Promise<void> {
  const rows = await replica.rows('SHOW ALL SLAVES STATUS');
  if (rows.length === 0) throw failed(database, 'the replica is none: it follows no server');
  for (const row of rows) {
    if (row['Slave_IO_Running'] !== 'Yes' || row['Slave_SQL_Running'] !== 'Yes') {
      throw failed(database, `the replica stands still${reason(row)}`);
    }
    const lag = Number(row['Seconds_Behind_Master'] ?? Infinity);
    if (!(lag <= most)) throw failed(database, `the replica is ${lag} seconds behind, more than ${most}`);
  }
}

async function waitFor(replica: SqlSession, gtid: string, database: string, most: number): Promise<void> {
  if (gtid === '') throw failed(database, 'the primary keeps no log, so nobody knows how far the replica is');
  const [row] = await replica.rows(`SELECT MASTER_GTID_WAIT(?, ?) AS result`, [gtid, Math.max(most, 1)]);
  if (row?.['result'] !== '0')
    throw failed(database, `the replica did not reach ${gtid} within ${Math.max(most, 1)} seconds`);
}

function reason(row: SqlRow): string {
  const said = row['Last_SQL_Error'] || row['Last_IO_Error'] || '';
  return said === '' ? '' : `: ${said}`;
}

function failed(database: string, problem: string): Failure {
  return new Failure('database-dump-failed', { database, problem });
}
