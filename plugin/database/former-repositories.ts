import type { Knex } from 'knex';
import type { FormerRepository, RepositoryExchange, RepositoryRecord } from '../contracts/records.ts';
import { Failure } from '../domain/failure.ts';
import type { ServerId, SnapshotId } from '../domain/ids.ts';
import { toRepositoryRecord, toRepositoryRow, type RepositoryRow } from './repositories.ts';

interface FormerRow extends RepositoryRow {
  readonly replaced_at: number;
  readonly job_id: string | null;
  readonly is_closed: number;
}

/** All of it or, when it throws or the process ends, nothing. */
export async function exchangeRepository(connection: Knex, exchange: RepositoryExchange): Promise<void> {
  const { former, record, points } = exchange;
  await connection.transaction(async (session) => {
    const { generation, destination } = record;
    const row = toRepositoryRow(record);
    const changed = await session<RepositoryRow>('repositories')
      .where({ generation, destination, repository_id: former.repositoryId })
      .update({ repository_id: row.repository_id, folder: row.folder, created_at: row.created_at });
    if (changed !== 1) throw new Failure('busy', { account: record.accountName });
    await session<FormerRow>('former_repositories').where(keyOf(record)).delete(); // it is used again
    const { at: replacedAt, job, isClosed } = exchange;
    await session<FormerRow>('former_repositories').insert(toFormerRow({ ...former, replacedAt, job, isClosed }));
    for (const [id, renewed] of points) await renamePoint(session, record, id, renewed);
  });
}

/** What was found out about a restore point, and what is wanted of it, stays with it. */
async function renamePoint(
  session: Knex.Transaction,
  { generation, destination }: RepositoryExchange['record'],
  id: SnapshotId,
  renewed: SnapshotId,
): Promise<void> {
  const known = { generation, snapshot_id: id };
  const update = { snapshot_id: renewed };
  await session('point_states')
    .where({ ...known, destination })
    .update(update);
  for (const table of ['point_wishes', 'runs', 'drills', 'begun_drills'])
    await session(table).where(known).update(update);
}

/** The oldest first. */
export async function listFormerRepositories(connection: Knex, server: ServerId): Promise<FormerRepository[]> {
  const rows = await connection<FormerRow>('former_repositories')
    .where((own) => {
      void own
        .whereIn('generation', connection('accounts').where({ server }).select('generation'))
        .orWhere({ generation: server });
    })
    .orderBy(['replaced_at', 'generation', 'destination'])
    .select<FormerRow[]>('*');
  return rows.map(toFormer);
}

export async function addFormerRepository(connection: Knex, former: FormerRepository): Promise<void> {
  await connection.transaction(async (session) => {
    const known = await session<FormerRow>('former_repositories').where(keyOf(former)).first();
    if (known === undefined) await session<FormerRow>('former_repositories').insert(toFormerRow(former));
  });
}

export async function closeFormerRepository(connection: Knex, former: FormerRepository): Promise<void> {
  await connection<FormerRow>('former_repositories').where(keyOf(former)).update({ is_closed: 1 });
}

export async function dropFormerRepository(connection: Knex, former: FormerRepository): Promise<void> {
  await connection<FormerRow>('former_repositories').where(keyOf(former)).delete();
}

function keyOf({ generation, destination, repositoryId }: RepositoryRecord): Partial<FormerRow> {
  return { generation, destination, repository_id: repositoryId };
}

function toFormerRow({ replacedAt, job, isClosed, ...record }: FormerRepository): FormerRow {
  return {
    ...toRepositoryRow(record),
    replaced_at: replacedAt.getTime(),
    job_id: job ?? null,
    is_closed: isClosed ? 1 : 0,
  };
}

function toFormer(row: FormerRow): FormerRepository {
  return {
    ...toRepositoryRecord(row),
    replacedAt: new Date(row.replaced_at),
    job: row.job_id ?? undefined,
    isClosed: row.is_closed === 1,
  };
}
