import type { Knex } from 'knex';

interface Drill {
  readonly generation: string;
  readonly drill_id: string;
  readonly snapshot_id: string;
  readonly finished_at: number;
  readonly report: string;
}

/** As they stand in `drills.has_passed`. */
const passed = 1;
const filesOnly = 2;
const rowsAtOnce = 50;

/**
 * Before there was a word for it, a drill passed although it had not loaded the databases: it proved the files. What it
 * recorded of them decides, and what was called proven by it no longer is.
 */
export async function up(knex: Knex): Promise<void> {
  for (let after = ''; ;) {
    const drills = await passedAfter(knex, after);
    for (const drill of drills) await judge(knex, drill);
    const last = drills.at(-1);
    if (last === undefined) return;
    after = last.drill_id;
  }
}

async function passedAfter(knex: Knex, id: string): Promise<Drill[]> {
  return knex<Drill & { readonly has_passed: number }>('drills')
    .where({ has_passed: passed })
    .andWhere('drill_id', '>', id)
    .orderBy('drill_id')
    .limit(rowsAtOnce)
    .select('generation', 'drill_id', 'snapshot_id', 'finished_at', 'report');
}

async function judge(knex: Knex, { generation, drill_id, snapshot_id, finished_at, report }: Drill): Promise<void> {
  const told = parse(report);
  if (told === undefined || !isUntried(told)) return;
  // First what rests on it: should this be cut short, the drill is still there to be judged again.
  const proven = await knex('drills')
    .where({ generation, snapshot_id, has_passed: passed })
    .andWhereNot({ drill_id })
    .max<{ newest: number | null }[]>('finished_at as newest');
  await knex('point_states')
    .where({ generation, snapshot_id, proven_at: finished_at })
    .update({ proven_at: proven[0]?.newest ?? null });
  await knex('drills')
    .where({ generation, drill_id })
    .update({ has_passed: filesOnly, report: JSON.stringify({ ...told, outcome: 'files-only' }) });
}

function parse(report: string): object | undefined {
  try {
    const told: unknown = JSON.parse(report);
    return typeof told === 'object' && told !== null ? told : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a database was there that was not loaded; one that failed made the drill fail. */
function isUntried(report: object): boolean {
  const databases: unknown = 'databases' in report ? report.databases : undefined;
  if (!Array.isArray(databases)) return false;
  return databases.some((database: unknown) => {
    const outcome = typeof database === 'object' && database !== null && 'outcome' in database && database.outcome;
    return outcome !== 'loaded';
  });
}
