import type Database from 'better-sqlite3';
import type { Audit, AuditEntry, AuditRecord } from '../../contracts/audit.ts';
import type { PointWishes } from '../../contracts/point-wishes.ts';
import type { RepositoryPlace, Verifications } from '../../contracts/verifications.ts';
import { parseSnapshotId, type SnapshotId } from '../../domain/ids.ts';
import { unknownState, withFinding, type PointFinding, type PointState } from '../../domain/point-state.ts';
import { nextRow, type AuditRow } from '../audit-chain.ts';
import { explainUnreachable } from '../explain-unreachable.ts';
import { toRow, toState, type StateRow } from '../verifications.ts';
import type { DirectBook } from './direct-records.ts';
import { insertInto } from './insert-into.ts';

/** `audit`, with what most commands do, adding, done without Knex. */
export function withDirectAdd(audit: Audit, book: DirectBook): Audit {
  return {
    add: (entry) => explainUnreachable(async () => addEntry(book, entry)),
    list: (generation, limit) => audit.list(generation, limit),
    listAll: (limit) => audit.listAll(limit),
    check: () => audit.check(),
  };
}

/** Nobody else adds between looking and adding. */
function addEntry({ database, server }: DirectBook, entry: AuditEntry): AuditRecord {
  return inTransaction(database, () => {
    const find = database.prepare('SELECT number, hash FROM audit WHERE server = ? ORDER BY number DESC LIMIT 1');
    const row = nextRow(server, find.get(server) as Pick<AuditRow, 'number' | 'hash'> | undefined, entry);
    insertInto(database, 'audit', row);
    return { ...entry, number: row.number, hash: row.hash };
  });
}

/** `wishes`, with what `forget` asks for done without Knex. */
export function withDirectDrop(wishes: PointWishes, database: Database): PointWishes {
  return {
    list: (generation) => wishes.list(generation),
    pin: (generation, id, isPinned) => wishes.pin(generation, id, isPinned),
    deleteAt: (generation, id, at) => wishes.deleteAt(generation, id, at),
    keep: (generation, id) => wishes.keep(generation, id),
    due: (now) => wishes.due(now),
    postpone: (wish, until) => wishes.postpone(wish, until),
    drop: (generation, ids) =>
      explainUnreachable(async () => {
        const drop = database.prepare('DELETE FROM point_wishes WHERE generation = ? AND snapshot_id = ?');
        for (const id of ids) drop.run(generation, id);
      }),
  };
}

/** `verifications`, with what every backup and rotation does done without Knex. */
export function withDirectStates(verifications: Verifications, database: Database): Verifications {
  const states = (repository: RepositoryPlace) => readStates(database, repository);
  return {
    note: (repository, findings) => explainUnreachable(async () => noteAll(database, repository, findings)),
    states: (repository) => explainUnreachable(async () => states(repository)),
    keepOnly: (repository, points) => explainUnreachable(async () => keepOnly(database, repository, points)),
    summaries: () => verifications.summaries(),
    addCheck: (check) => verifications.addCheck(check),
    lastChecks: () => verifications.lastChecks(),
    removeChecksBefore: (time) => verifications.removeChecksBefore(time),
  };
}

/** Nobody else looks or writes between looking and writing. */
function noteAll(database: Database, repository: RepositoryPlace, findings: readonly PointFinding[]): void {
  inTransaction(database, () => {
    const known = readStates(database, repository);
    for (const [snapshotId, group] of Map.groupBy(findings, (finding) => finding.snapshotId)) {
      const next = group.reduce(withFinding, known.get(snapshotId) ?? unknownState);
      insertInto(database, 'point_states', toRow(repository, snapshotId, next), 'OR REPLACE');
    }
  });
}

function readStates(database: Database, { generation, destination }: RepositoryPlace): Map<SnapshotId, PointState> {
  const find = database.prepare('SELECT * FROM point_states WHERE generation = ? AND destination = ?');
  const rows = find.all(generation, destination) as StateRow[];
  return new Map(rows.map((row) => [parseSnapshotId(row.snapshot_id), toState(row)]));
}

function keepOnly(database: Database, repository: RepositoryPlace, points: readonly SnapshotId[]): void {
  const kept = new Set(points);
  inTransaction(database, () => {
    const gone = [...readStates(database, repository).keys()].filter((id) => !kept.has(id));
    const drop = database.prepare(
      'DELETE FROM point_states WHERE generation = ? AND destination = ? AND snapshot_id = ?',
    );
    for (const id of gone) drop.run(repository.generation, repository.destination, id);
  });
}

function inTransaction<Result>(database: Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
