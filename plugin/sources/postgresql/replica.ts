import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseServerConfiguration, ReplicaConfiguration, ServerAddress } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { text } from './read-catalog.ts';
import { commonDatabase, isSqlError, openSession, useSession, type PgSession, type SqlLogin } from './session.ts';

/**
 * Waits until the replica has all that the primary had, for one that stands still answers as if nothing were. What is read
 * afterwards is of a later moment.
 * @returns where to read.
 * @throws {Failure} `database-dump-failed` when it is no replica of that server, or too far behind; `database-unreachable`;
 * what the signal was aborted with.
 */
export async function reachReplica(
  configuration: DatabaseServerConfiguration & { readonly replica: ReplicaConfiguration },
  login: SqlLogin,
  database: string,
  signal: AbortSignal,
): Promise<ServerAddress> {
  const { server, replica } = configuration;
  const primary = await useSession(await openCommon(server, login, database), readPosition);
  const session = await openCommon(replica.server, login, database);
  await useSession(session, async () => {
    const own = await readPosition(session);
    if (!own.isReplica) throw failed(database, 'the replica is none: it follows no server');
    if (own.cluster !== primary.cluster) throw failed(database, 'the replica follows another server');
    await waitFor(session, primary.position, { database, most: Math.max(replica.mostLagSeconds, 1), signal });
  });
  return replica.server;
}

interface Position {
  readonly isReplica: boolean;
  /** What a primary and its replicas have in common. */
  readonly cluster: string;
  readonly position: string;
}

async function readPosition(session: PgSession): Promise<Position> {
  const [row = {}] = await session.rows(`SELECT pg_is_in_recovery() AS "isReplica",
    (SELECT system_identifier FROM pg_control_system()) AS cluster,
    CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_lsn() END AS position`);
  return { isReplica: row['isReplica'] === 't', cluster: text(row, 'cluster'), position: text(row, 'position') };
}

interface Waiting {
  readonly database: string;
  readonly most: number;
  readonly signal: AbortSignal;
}

const triesPerSecond = 10;

async function waitFor(replica: PgSession, position: string, { database, most, signal }: Waiting): Promise<void> {
  for (let tries = most * triesPerSecond; ; tries -= 1) {
    const [row = {}] = await replica.rows(
      `SELECT coalesce(pg_last_wal_replay_lsn(), '0/0') >= $1::pg_lsn AS "isThere", pg_is_wal_replay_paused() AS "isPaused",
        pg_wal_lsn_diff($1::pg_lsn, coalesce(pg_last_wal_replay_lsn(), '0/0')) AS behind`,
      [position],
    );
    if (row['isThere'] === 't') return;
    if (row['isPaused'] === 't') throw failed(database, 'the replica stands still: its replay is paused');
    if (tries <= 0) {
      const problem = `the replica did not reach ${position} within ${most} seconds: it is ${text(row, 'behind')} bytes behind`;
      throw failed(database, problem);
    }
    await wait(1000 / triesPerSecond, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function openCommon(server: ServerAddress, login: SqlLogin, database: string): Promise<PgSession> {
  try {
    return await openSession(server, login, commonDatabase);
  } catch (error) {
    throw isSqlError(error) ? failed(database, error.message) : error;
  }
}

function failed(database: string, problem: string): Failure<'database-dump-failed'> {
  return new Failure('database-dump-failed', { database, problem });
}
