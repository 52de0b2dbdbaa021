import type { Knex } from 'knex';
import type { Skip, Timetable } from '../contracts/timetable.ts';
import { parseAccountName, parseGeneration, type Generation, type ServerId } from '../domain/ids.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface TimetableBook {
  readonly connection: Knex;
  readonly server: ServerId;
}

interface MarkRow {
  readonly server: string;
  readonly schedule_key: string;
  readonly dealt_with: number;
}

interface DayRow {
  readonly server: string;
  readonly day: number;
}

interface SkipRow {
  readonly server: string;
  readonly skipped_at: number;
  readonly generation: string;
  readonly schedule: string;
  readonly account_name: string;
  readonly reason: Skip['reason'];
}

const dayMilliseconds = 86_400_000;
/** SQLite joins at most 500 rows in one insert. */
const rowsPerStatement = 200;

/** Each statement stands for itself and may be repeated. */
export function toTimetable(book: TimetableBook): Timetable {
  return {
    dealtWith: () => explainUnreachable(() => readMarks(book)),
    setDealtWith: (until, keys) => explainUnreachable(() => writeMarks(book, until, keys)),
    noteDay: (day) => explainUnreachable(() => noteDay(book, day)),
    forgetDaysAfter: (day) => explainUnreachable(() => forgetDaysAfter(book, day)),
    workedDays: (limit) => explainUnreachable(() => readDays(book, limit)),
    addSkips: (skips) => explainUnreachable(() => addSkips(book, skips)),
    skips: (generation, limit) => explainUnreachable(() => readSkips(book, generation, limit)),
    removeBefore: (time) => explainUnreachable(() => removeBefore(book, time.getTime())),
  };
}

async function readMarks({ connection, server }: TimetableBook): Promise<Map<string, Date>> {
  const rows = await connection<MarkRow>('schedule_marks').where({ server }).select('schedule_key', 'dealt_with');
  return new Map(rows.map((row) => [row.schedule_key, new Date(row.dealt_with)]));
}

async function writeMarks(
  { connection, server }: TimetableBook,
  until: ReadonlyMap<string, Date>,
  keys: readonly string[],
): Promise<void> {
  const rows = [...until].map(([key, time]) => ({ server, schedule_key: key, dealt_with: time.getTime() }));
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const some = rows.slice(from, from + rowsPerStatement);
    await connection<MarkRow>('schedule_marks').insert(some).onConflict(['server', 'schedule_key']).merge();
  }
  const known = await connection<MarkRow>('schedule_marks').where({ server }).select('schedule_key');
  const gone = known.map((row) => row.schedule_key).filter((key) => !keys.includes(key));
  for (const key of gone) await connection<MarkRow>('schedule_marks').where({ server, schedule_key: key }).delete();
}

async function noteDay({ connection, server }: TimetableBook, day: number): Promise<void> {
  await connection<DayRow>('worked_days').insert({ server, day }).onConflict(['server', 'day']).ignore();
}

async function forgetDaysAfter({ connection, server }: TimetableBook, day: number): Promise<void> {
  await connection<DayRow>('worked_days').where({ server }).where('day', '>', day).delete();
}

async function readDays({ connection, server }: TimetableBook, limit: number): Promise<number[]> {
  const rows = await connection<DayRow>('worked_days').where({ server }).orderBy('day', 'desc').limit(limit);
  return rows.map(({ day }) => day);
}

async function addSkips({ connection, server }: TimetableBook, skips: readonly Skip[]): Promise<void> {
  const rows = skips.map(({ generation, accountName, at, schedule, reason }) => {
    return { server, skipped_at: at.getTime(), generation, schedule, account_name: accountName, reason };
  });
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const some = rows.slice(from, from + rowsPerStatement);
    const key = ['server', 'skipped_at', 'generation', 'schedule'];
    await connection<SkipRow>('skipped_runs').insert(some).onConflict(key).ignore();
  }
}

async function readSkips(
  { connection, server }: TimetableBook,
  generation: Generation | undefined,
  limit: number,
): Promise<Skip[]> {
  const rows = await connection<SkipRow>('skipped_runs')
    .where({ server, ...(generation === undefined ? {} : { generation }) })
    .orderBy([
      { column: 'skipped_at', order: 'desc' },
      { column: 'account_name', order: 'asc' },
    ])
    .limit(limit);
  return rows.map((row) => ({
    generation: parseGeneration(row.generation),
    accountName: parseAccountName(row.account_name),
    at: new Date(row.skipped_at),
    schedule: row.schedule,
    reason: row.reason,
  }));
}

async function removeBefore(book: TimetableBook, time: number): Promise<void> {
  const { connection, server } = book;
  await removeRunsBefore(book, time);
  await connection<SkipRow>('skipped_runs').where({ server }).where('skipped_at', '<', time).delete();
  const day = Math.floor(time / dayMilliseconds);
  await connection<DayRow>('worked_days').where({ server }).where('day', '<', day).delete();
}

/** MariaDB reads no table in a subquery from which it deletes: the one in between is made first. */
async function removeRunsBefore({ connection, server }: TimetableBook, time: number): Promise<void> {
  const fresh = connection('runs').whereNull('failure_code').where('finished_at', '>=', time).distinct('generation');
  await connection('runs')
    .where('finished_at', '<', time)
    .whereIn('generation', connection('accounts').where({ server }).select('generation'))
    .whereIn('generation', connection.select('generation').from(fresh.as('fresh')))
    .delete();
}
