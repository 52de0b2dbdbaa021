import type { Knex } from 'knex';
import type { DrillRecord, Drills, LastDrills } from '../contracts/drills.ts';
import type { DrillOutcome } from '../domain/drill-outcome.ts';
import { parseGeneration, type Generation } from '../domain/ids.ts';
import type { AccountBook } from './accounts.ts';
import { endBegun, forgetBegunBefore, toBegunDrills } from './begun-drills.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { ofServer } from './of-server.ts';

interface DrillRow {
  readonly generation: string;
  readonly finished_at: number;
  readonly drill_id: string;
  readonly started_at: number;
  readonly snapshot_id: string;
  /** As `outcomes` has them. */
  readonly has_passed: number;
  readonly report: string;
}

/** In the order of the numbers that stand for them; a new one comes last. */
const outcomes: readonly DrillOutcome[] = ['failed', 'passed', 'files-only'];

export function toDrills(book: AccountBook): Drills {
  return {
    ...toBegunDrills(book),
    add: (drill) => explainUnreachable(() => add(book, drill)),
    last: () => explainUnreachable(() => readLast(book)),
    lastOf: (generation) => explainUnreachable(async () => (await readLast(book, generation)).get(generation)),
    find: (id) => explainUnreachable(() => find(book, id)),
    list: (generation, limit) => explainUnreachable(() => list(book, generation, limit)),
    removeBefore: (time) => explainUnreachable(() => removeBefore(book, time)),
  };
}

/** First what came of it: should this be cut short, it was tried once more than is known. */
async function add(book: AccountBook, drill: DrillRecord): Promise<void> {
  await book.connection<DrillRow>('drills').insert(toRow(drill));
  await endBegun(book, drill.generation);
}

async function readLast(book: AccountBook, generation?: Generation): Promise<Map<Generation, LastDrills>> {
  const rows: readonly DrillRow[] = await newestRows(book, generation);
  const last = new Map<Generation, LastDrills>();
  for (const drill of rows.map(toRecord)) {
    const { newest = drill, newestPassed, newestFilesOnly } = last.get(drill.generation) ?? {};
    last.set(drill.generation, {
      newest,
      newestPassed: newestPassed ?? (drill.outcome === 'passed' ? drill : undefined),
      newestFilesOnly: newestFilesOnly ?? (drill.outcome === 'files-only' ? drill : undefined),
    });
  }
  return last;
}

/** Of each account (or one) the newest drill, and the newest of each outcome that proves something; the newest first. */
async function newestRows(book: AccountBook, generation?: Generation): Promise<DrillRow[]> {
  const rows: DrillRow[] = await book.connection
    .with('ranked', ranked(book, generation))
    .select('*')
    .from('ranked')
    .where({ place: 1 })
    .orWhere({ place_of_outcome: 1, has_passed: outcomes.indexOf('passed') })
    .orWhere({ place_of_outcome: 1, has_passed: outcomes.indexOf('files-only') });
  return rows.toSorted((left, right) => right.finished_at - left.finished_at);
}

async function find(book: AccountBook, id: string): Promise<DrillRecord | undefined> {
  const rows = await ofServer(book, book.connection<DrillRow>('drills'))
    .where({ drill_id: id })
    .select<DrillRow[]>('*');
  return rows.map(toRecord)[0];
}

async function list(book: AccountBook, generation: Generation | undefined, limit: number): Promise<DrillRecord[]> {
  const rows = await ofServer(book, book.connection<DrillRow>('drills'))
    .modify((query) => void (generation === undefined ? query : query.where({ generation })))
    .orderBy('finished_at', 'desc')
    .limit(limit)
    .select<DrillRow[]>('*');
  return rows.map(toRecord);
}

async function removeBefore(book: AccountBook, time: Date): Promise<void> {
  const kept = (await newestRows(book)).map(({ drill_id }) => drill_id);
  const old = await ofServer(book, book.connection<DrillRow>('drills'))
    .where('finished_at', '<', time.getTime())
    .select<Pick<DrillRow, 'drill_id'>[]>('drill_id');
  const gone = old.map(({ drill_id }) => drill_id).filter((id) => !kept.includes(id));
  for (let from = 0; from < gone.length; from += rowsPerStatement) {
    const some = gone.slice(from, from + rowsPerStatement);
    await book.connection<DrillRow>('drills').whereIn('drill_id', some).delete();
  }
  await forgetBegunBefore(book, time);
}

const rowsPerStatement = 100;

function ranked(book: AccountBook, generation: Generation | undefined): Knex.QueryBuilder {
  const newestFirst = (window: Knex.QueryBuilder, columns: string[]): void => {
    void window.partitionBy(columns).orderBy([
      { column: 'finished_at', order: 'desc' },
      { column: 'drill_id', order: 'desc' },
    ]);
  };
  return ofServer(book, book.connection('drills'))
    .modify((query) => void (generation === undefined ? query : query.where({ generation })))
    .select('*')
    .rowNumber('place', (window) => newestFirst(window, ['generation']))
    .rowNumber('place_of_outcome', (window) => newestFirst(window, ['generation', 'has_passed']));
}

function toRow(drill: DrillRecord): DrillRow {
  return {
    generation: drill.generation,
    finished_at: drill.finishedAt.getTime(),
    drill_id: drill.id,
    started_at: drill.startedAt.getTime(),
    snapshot_id: drill.point,
    has_passed: outcomes.indexOf(drill.outcome),
    report: drill.report,
  };
}

function toRecord(row: DrillRow): DrillRecord {
  return {
    id: row.drill_id,
    generation: parseGeneration(row.generation),
    point: row.snapshot_id,
    startedAt: new Date(row.started_at),
    finishedAt: new Date(row.finished_at),
    outcome: outcomes[row.has_passed] ?? 'failed',
    report: row.report,
  };
}
