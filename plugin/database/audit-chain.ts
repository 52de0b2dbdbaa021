import { createHash } from 'node:crypto';
import type { AuditEntry, AuditRecord } from '../contracts/audit.ts';
import { parseAccountName, parseGeneration } from '../domain/ids.ts';

/** Table `audit`. */
export interface AuditRow {
  readonly server: string;
  readonly number: number;
  readonly generation: string;
  readonly hash: string;
  /** JSON of the entry, byte for byte as it was hashed. */
  readonly entry: string;
}

/** Before the first entry. */
export const noHash = '0'.repeat(64);

/** The row that follows `last`. */
export function nextRow(
  server: string,
  last: Pick<AuditRow, 'number' | 'hash'> | undefined,
  entry: AuditEntry,
): AuditRow {
  const text = JSON.stringify(entry);
  const hash = hashOf(last?.hash ?? noHash, text);
  return { server, number: (last?.number ?? 0) + 1, generation: entry.generation, hash, entry: text };
}

/** Whether a row is the one that follows `count` others, the last of which has the hash `before`. */
export function isNextRow({ number, generation, hash, entry }: AuditRow, count: number, before: string): boolean {
  if (number !== count + 1 || hash !== hashOf(before, entry)) return false;
  return (JSON.parse(entry) as AuditEntry).generation === generation;
}

export function toAuditRecord({ number, hash, entry }: AuditRow): AuditRecord {
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

function hashOf(before: string, entry: string): string {
  return createHash('sha256').update(`${before}\n${entry}`).digest('hex');
}
