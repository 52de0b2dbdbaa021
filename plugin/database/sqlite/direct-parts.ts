import type Database from 'better-sqlite3';
import type { Audit, AuditEntry, AuditRecord } from '../../contracts/audit.ts';
import type { PointWishes } from '../../contracts/point-wishes.ts';
import { nextRow, type AuditRow } from '../audit-chain.ts';
import { explainUnreachable } from '../explain-unreachable.ts';
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
  database.exec('BEGIN IMMEDIATE');
  try {
    const find = database.prepare('SELECT number, hash FROM audit WHERE server = ? ORDER BY number DESC LIMIT 1');
    const row = nextRow(server, find.get(server) as Pick<AuditRow, 'number' | 'hash'> | undefined, entry);
    insertInto(database, 'audit', row);
    database.exec('COMMIT');
    return { ...entry, number: row.number, hash: row.hash };
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** `wishes`, with what `forget` asks for done without Knex. */
export function withDirectDrop(wishes: PointWishes, database: Database): PointWishes {
  return {
    list: (generation) => wishes.list(generation),
    pin: (generation, id, isPinned) => wishes.pin(generation, id, isPinned),
    deleteAt: (generation, id, at) => wishes.deleteAt(generation, id, at),
    due: (now) => wishes.due(now),
    postpone: (wish, until) => wishes.postpone(wish, until),
    drop: (generation, ids) =>
      explainUnreachable(async () => {
        const drop = database.prepare('DELETE FROM point_wishes WHERE generation = ? AND snapshot_id = ?');
        for (const id of ids) drop.run(generation, id);
      }),
  };
}
