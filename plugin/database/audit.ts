import type { Knex } from 'knex';
import type { Audit, AuditEntry, AuditRecord } from '../contracts/audit.ts';
import type { ServerId } from '../domain/ids.ts';
import { readErrorCode } from '../platform/error-code.ts';
import { isNextRow, nextRow, noHash, toAuditRecord, type AuditRow } from './audit-chain.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface AuditBook {
  readonly connection: Knex;
  readonly server: ServerId;
}

const checkedAtOnce = 500;

/** The audit in the database that `book` reaches. Each statement stands for itself. */
export function toAudit(book: AuditBook): Audit {
  return {
    add: (entry) => explainUnreachable(() => add(book, entry)),
    list: (generation, limit) =>
      explainUnreachable(async () => (await newest(book, limit).where({ generation })).map(toAuditRecord)),
    listAll: (limit) => explainUnreachable(async () => (await newest(book, limit)).map(toAuditRecord)),
    check: () => explainUnreachable(() => check(book)),
  };
}

function entriesOf({ connection, server }: AuditBook): Knex.QueryBuilder<AuditRow, AuditRow[]> {
  return connection<AuditRow>('audit').where({ server });
}

function newest(book: AuditBook, limit: number): Knex.QueryBuilder<AuditRow, AuditRow[]> {
  return entriesOf(book).orderBy('number', 'desc').limit(limit);
}

/** Of several who add at once one gets the number; the others come after. */
async function add(book: AuditBook, entry: AuditEntry): Promise<AuditRecord> {
  for (;;) {
    const row = nextRow(book.server, await newest(book, 1).first(), entry);
    try {
      await book.connection('audit').insert(row);
      return { ...entry, number: row.number, hash: row.hash };
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  const code = readErrorCode(error);
  return code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

async function check(book: AuditBook): ReturnType<Audit['check']> {
  let lastHash = noHash;
  let entries = 0;
  for (;;) {
    const rows = await entriesOf(book).where('number', '>', entries).orderBy('number').limit(checkedAtOnce);
    for (const row of rows) {
      if (!isNextRow(row, entries, lastHash)) return { entries, lastHash, brokenAt: entries + 1 };
      entries += 1;
      lastHash = row.hash;
    }
    if (rows.length < checkedAtOnce) return { entries, lastHash, brokenAt: undefined };
  }
}
