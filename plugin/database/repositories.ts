import type { Knex } from 'knex';
import type { RepositoryRecord } from '../contracts/records.ts';
import { parseAccountName, parseGeneration, parseRepositoryId, type Generation, type ServerId } from '../domain/ids.ts';

export interface RepositoryRow {
  readonly generation: string;
  readonly destination: string;
  readonly repository_id: string;
  readonly account_name: string;
  readonly folder: string;
  readonly created_at: number;
}

export async function findRepository(
  connection: Knex,
  generation: Generation,
  destination: string,
): Promise<RepositoryRecord | undefined> {
  const row = await connection<RepositoryRow>('repositories').where({ generation, destination }).first();
  return row === undefined ? undefined : toRepositoryRecord(row);
}

export async function listRepositories(connection: Knex, server: ServerId): Promise<RepositoryRecord[]> {
  const rows = await connection<RepositoryRow>('repositories')
    .whereIn('generation', connection('accounts').where({ server }).select('generation'))
    .orWhere({ generation: server })
    .orderBy(['account_name', 'generation', 'destination']);
  return rows.map(toRepositoryRecord);
}

export async function addRepository(connection: Knex, record: RepositoryRecord): Promise<void> {
  await connection<RepositoryRow>('repositories').insert(toRepositoryRow(record));
}

export function toRepositoryRow(record: RepositoryRecord): RepositoryRow {
  return {
    generation: record.generation,
    destination: record.destination,
    repository_id: record.repositoryId,
    account_name: record.accountName,
    folder: record.folder,
    created_at: record.createdAt.getTime(),
  };
}

export function toRepositoryRecord(row: RepositoryRow): RepositoryRecord {
  return {
    repositoryId: parseRepositoryId(row.repository_id),
    generation: parseGeneration(row.generation),
    accountName: parseAccountName(row.account_name),
    destination: row.destination,
    folder: row.folder,
    createdAt: new Date(row.created_at),
  };
}
