import type { Knex } from 'knex';

interface Index {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique?: boolean;
}

const indexes: readonly Index[] = [
  { name: 'jobs_by_id', columns: ['id'], isUnique: true },
  { name: 'jobs_by_unique_key', columns: ['server', 'unique_key'], isUnique: true },
  // What waits and runs; how many of an account wait.
  { name: 'jobs_by_state', columns: ['server', 'state', 'generation', 'weight'] },
  // The jobs of an account, newest first: both databases append the primary key.
  { name: 'jobs_by_generation', columns: ['server', 'generation'] },
  // Whose turn it is.
  { name: 'jobs_by_account_turn', columns: ['server', 'generation', 'weight', 'turn'] },
  { name: 'jobs_by_turn', columns: ['server', 'turn'] },
  // What may be forgotten.
  { name: 'jobs_by_end', columns: ['server', 'finished_at'] },
];

/** Each index stands for itself: a run that was killed makes the others at the next start. */
export async function up(knex: Knex): Promise<void> {
  for (const index of indexes) if (!(await hasIndex(knex, index.name))) await addIndex(knex, index);
}

async function addIndex(knex: Knex, { name, columns, isUnique }: Index): Promise<void> {
  const kind = isUnique === true ? 'UNIQUE INDEX' : 'INDEX';
  await knex.raw(`CREATE ${kind} ${name} ON jobs (${columns.join(', ')})`);
}

async function hasIndex(knex: Knex, name: string): Promise<boolean> {
  const found = isMysql(knex)
    ? knex('information_schema.statistics')
        .whereRaw('table_schema = DATABASE()')
        .where({ table_name: 'jobs', index_name: name })
    : knex('sqlite_master').where({ type: 'index', name });
  return (await found.select(knex.raw('1 AS found'))).length > 0;
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
