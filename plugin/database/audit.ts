import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Audit, AuditEntry, AuditRecord } from '../contracts/audit.ts';
import { parseAccountName, parseGeneration, type ServerId } from '../domain/ids.ts';
import { readErrorCode } from '../platform/error-code.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface AuditBook {
  readonly connection: Knex;
  readonly server: ServerId;
}

interface AuditRow {
  readonly server: string;
  readonly number: number;
  readonly generation: string;
  readonly hash: string;
  /** JSON of the entry, byte for byte as it was hashed. */
  readonly entry: string;
}

/** Before the first entry. */
const noHash = '0'.repeat(64);
const checkedAtOnce = 500;

/** The audit in the database that `book` reaches. Each statement stands for itself. */
export function toAudit(book: AuditBook): Audit {
  return {
    add: (entry) => explainUnreachable(() => add(book, entry)),
    list: (generation, limit) =>
      explainUnreachable(async () => (await newest(book, limit).where({ generation })).map(toRecord)),
    listAll: (limit) => explainUnreachable(async () => (await newest(book, limit)).map(toRecord)),
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
  const text = JSON.stringify(entry);
  for (;;) {
    const last = await newest(book, 1).first();
    const number = (last?.number ?? 0) + 1;
    const hash = hashOf(last?.hash ?? noHash, text);
    try {
      const { generation } = entry;
      await book.connection('audit').insert({ server: book.server, number, generation, hash, entry: text });
      return { ...entry, number, hash };
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  const code = readErrorCode(error);
  return code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

function hashOf(before: string, entry: string): string {
  return createHash('sha256').update(`${before}\n${entry}`).digest('hex');
}

async function check(book: AuditBook): ReturnType<Audit['check']> {
  let lastHash = noHash;
  let entries = 0;
  for (;;) {
    const rows = await entriesOf(book).where('number', '>', entries).orderBy('number').limit(checkedAtOnce);
    for (const row of rows) {
      if (!isNext(row, entries, lastHash)) return { entries, lastHash, brokenAt: entries + 1 };
      entries += 1;
      lastHash = row.hash;
    }
    if (rows.length < checkedAtOnce) return { entries, lastHash, brokenAt: undefined };
  }
}

function isNext({ number, generation, hash, entry }: AuditRow, count: number, before: string): boolean {
  if (number !== count + 1 || hash !== hashOf(before, entry)) return false;
  return (JSON.parse(entry) as AuditEntry).generation === generation;
}

function toRecord({ number, hash, entry }: AuditRow): AuditRecord {
  const read = JSON.parse(entry) as Omit<AuditEntry, 'at'> & { readonly at: string };
  return {
    at: new Date(read.at),
    actor: read.actor,
    generation: parseGeneration(read.generation),
    accountName: parseAccountName(read.accountName),
    action: read.action,
    details: read.details,
    jobId: read.jobId,
    number,
    hash,
  };
}
