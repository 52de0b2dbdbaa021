import type { Knex } from 'knex';
import type {
  RepositoryCheck,
  RepositoryPlace,
  Verifications,
  VerificationSummary,
} from '../contracts/verifications.ts';
import { parseGeneration, parseSnapshotId, type Generation, type SnapshotId } from '../domain/ids.ts';
import {
  unknownState,
  withFinding,
  type FoundDamage,
  type PointFinding,
  type PointState,
} from '../domain/point-state.ts';
import type { AccountBook } from './accounts.ts';
import { explainUnreachable } from './explain-unreachable.ts';

export interface StateRow {
  readonly generation: string;
  readonly destination: string;
  readonly snapshot_id: string;
  readonly verified_at: number | null;
  readonly verified_by: PointState['verifiedBy'] | null;
  readonly proven_at: number | null;
  readonly damaged_since: number | null;
  readonly damage: string | null;
  readonly missing: string | null;
}

interface CheckRow {
  readonly generation: string;
  readonly destination: string;
  readonly depth: RepositoryCheck['depth'];
  readonly finished_at: number;
  readonly check_id: string;
  readonly started_at: number;
  readonly points: number;
  readonly damaged_points: number;
  readonly bytes_read: number;
  readonly bytes_stored: number;
}

/** SQLite takes at most so many values in one statement without being asked for more. */
const rowsPerStatement = 100;

export function toVerifications(book: AccountBook): Verifications {
  const { connection } = book;
  return {
    note: (repository, findings) => explainUnreachable(() => note(connection, repository, findings)),
    states: (repository) => explainUnreachable(() => readStates(connection, repository)),
    summaries: () => explainUnreachable(() => readSummaries(book)),
    keepOnly: (repository, points) => explainUnreachable(() => keepOnly(connection, repository, points)),
    addCheck: (check) => explainUnreachable(() => addCheck(book, check)),
    lastChecks: () => explainUnreachable(() => lastChecks(book)),
    removeChecksBefore: (time) => explainUnreachable(() => removeChecksBefore(book, time)),
  };
}

/**
 * Who finds damage and who finds none write other columns, so that of two at the same time neither undoes what the
 * other found. Most is one statement.
 */
async function note(connection: Knex, repository: RepositoryPlace, findings: readonly PointFinding[]): Promise<void> {
  const states = await readStates(connection, repository);
  const good: StateRow[] = [];
  const damaged: StateRow[] = [];
  for (const [snapshotId, group] of Map.groupBy(findings, (finding) => finding.snapshotId)) {
    const known = states.get(snapshotId) ?? unknownState;
    const next = group.reduce(withFinding, known);
    const row = toRow(repository, snapshotId, next);
    if (next.damage !== undefined) damaged.push(row);
    else if (known.damage === undefined) good.push(row);
    else await clearDamage(connection, row, known.damage.since);
  }
  await upsert(connection, good, ['verified_at', 'verified_by', 'proven_at', 'missing']);
  await upsert(connection, damaged, ['damaged_since', 'damage', 'missing']);
}

async function upsert(connection: Knex, rows: readonly StateRow[], columns: (keyof StateRow)[]): Promise<void> {
  for (const some of chunk(rows)) {
    await connection<StateRow>('point_states')
      .insert(some)
      .onConflict(['generation', 'destination', 'snapshot_id'])
      .merge(columns);
  }
}

async function clearDamage(connection: Knex, row: StateRow, since: Date): Promise<void> {
  const { generation, destination, snapshot_id } = row;
  const seen = { generation, destination, snapshot_id, damaged_since: since.getTime() };
  await connection<StateRow>('point_states').where(seen).update(row);
}

async function readStates(
  connection: Knex,
  { generation, destination }: RepositoryPlace,
): Promise<Map<SnapshotId, PointState>> {
  const rows = await connection<StateRow>('point_states').where({ generation, destination }).select('*');
  return new Map(rows.map((row) => [parseSnapshotId(row.snapshot_id), toState(row)]));
}

interface SummaryRow {
  readonly generation: string;
  readonly damaged: number;
  readonly verified_at: number | null;
  readonly proven_at: number | null;
}

async function readSummaries({ connection, server }: AccountBook): Promise<Map<Generation, VerificationSummary>> {
  const own = () =>
    connection('point_states').whereIn('generation', connection('accounts').where({ server }).select('generation'));
  const rows: readonly SummaryRow[] = await own()
    .groupBy('generation')
    .select(
      'generation',
      connection.raw('COUNT(damage) AS damaged'),
      connection.raw('MAX(verified_at) AS verified_at'),
      connection.raw('MAX(proven_at) AS proven_at'),
    );
  const incomplete: readonly StateRow[] = await own().whereNotNull('missing').select('*');
  return new Map(
    rows.map((row) => {
      const newest = incomplete.find(({ generation, verified_at }) => {
        return generation === row.generation && verified_at === row.verified_at;
      });
      const summary = {
        damagedPoints: Number(row.damaged),
        verifiedAt: toDate(row.verified_at),
        provenAt: toDate(row.proven_at),
        missing: newest === undefined ? [] : toState(newest).missing,
      };
      return [parseGeneration(row.generation), summary];
    }),
  );
}

async function keepOnly(connection: Knex, repository: RepositoryPlace, points: readonly SnapshotId[]): Promise<void> {
  const kept = new Set(points);
  const { generation, destination } = repository;
  const gone = [...(await readStates(connection, repository)).keys()].filter((id) => !kept.has(id));
  for (const some of chunk(gone)) {
    await connection<StateRow>('point_states').where({ generation, destination }).whereIn('snapshot_id', some).delete();
  }
}

async function addCheck({ connection, randomBytes }: AccountBook, check: RepositoryCheck): Promise<void> {
  await connection<CheckRow>('repository_checks').insert({
    generation: check.generation,
    destination: check.destination,
    depth: check.depth,
    finished_at: check.finishedAt.getTime(),
    check_id: randomBytes(16).toString('hex'),
    started_at: check.startedAt.getTime(),
    points: check.points,
    damaged_points: check.damagedPoints,
    bytes_read: check.bytesRead,
    bytes_stored: check.bytesStored,
  });
}

async function lastChecks(book: AccountBook): Promise<RepositoryCheck[]> {
  const rows: readonly CheckRow[] = await book.connection
    .with('ranked', ranked(book))
    .select('*')
    .from('ranked')
    .where({ place: 1 });
  return rows.map(toCheck);
}

/** A database may delete from what it selects from only when that is a table of its own. */
async function removeChecksBefore(book: AccountBook, time: Date): Promise<void> {
  const old: readonly CheckRow[] = await book.connection
    .with('ranked', ranked(book))
    .select('check_id')
    .from('ranked')
    .where('place', '>', 1)
    .andWhere('finished_at', '<', time.getTime());
  for (const some of chunk(old.map(({ check_id }) => check_id))) {
    await book.connection<CheckRow>('repository_checks').whereIn('check_id', some).delete();
  }
}

/** The checks of this server's accounts, numbered from the newest of each kind. */
function ranked({ connection, server }: AccountBook): Knex.QueryBuilder {
  return connection('repository_checks')
    .select('*')
    .rowNumber('place', (window) => {
      void window.partitionBy(['generation', 'destination', 'depth']).orderBy([
        { column: 'finished_at', order: 'desc' },
        { column: 'check_id', order: 'desc' },
      ]);
    })
    .whereIn('generation', connection('accounts').where({ server }).select('generation'));
}

export function toRow(
  { generation, destination }: RepositoryPlace,
  snapshotId: SnapshotId,
  state: PointState,
): StateRow {
  const { verifiedAt, verifiedBy, provenAt, damage, missing } = state;
  return {
    generation,
    destination,
    snapshot_id: snapshotId,
    verified_at: verifiedAt?.getTime() ?? null,
    verified_by: verifiedBy ?? null,
    proven_at: provenAt?.getTime() ?? null,
    damaged_since: damage?.since.getTime() ?? null,
    damage: damage === undefined ? null : showDamage(damage),
    missing: missing.length === 0 ? null : JSON.stringify(missing),
  };
}

function showDamage({ kinds, paths, needsReading }: FoundDamage): string {
  return JSON.stringify({ kinds, paths, needsReading });
}

export function toState(row: StateRow): PointState {
  return {
    verifiedAt: toDate(row.verified_at),
    verifiedBy: row.verified_by ?? undefined,
    provenAt: toDate(row.proven_at),
    damage:
      row.damage === null || row.damaged_since === null
        ? undefined
        : { ...(JSON.parse(row.damage) as FoundDamage), since: new Date(row.damaged_since) },
    missing: row.missing === null ? [] : (JSON.parse(row.missing) as string[]),
  };
}

function toCheck(row: CheckRow): RepositoryCheck {
  return {
    generation: parseGeneration(row.generation),
    destination: row.destination,
    depth: row.depth,
    startedAt: new Date(row.started_at),
    finishedAt: new Date(row.finished_at),
    points: row.points,
    damagedPoints: row.damaged_points,
    bytesRead: row.bytes_read,
    bytesStored: row.bytes_stored,
  };
}

function toDate(milliseconds: number | null): Date | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds);
}

function chunk<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / rowsPerStatement);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  );
}
