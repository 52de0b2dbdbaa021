import type { Knex } from 'knex';

/** How backups ended. The primary key is in the order in which the newest run of an account is looked for. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('runs')) return;
  await knex.schema.createTable('runs', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.bigInteger('finished_at').notNullable().comment('milliseconds since 1970');
    table.string('run_id', 32).notNullable().comment('random: two runs may end at the same moment');
    table.bigInteger('started_at').notNullable().comment('milliseconds since 1970');
    table.string('destination', 64).notNullable();
    table.string('kind', 16).notNullable();
    table.string('snapshot_id', 64).nullable();
    table.string('failure_code', 64).nullable();
    table.bigInteger('files_total').notNullable();
    table.bigInteger('bytes_total').notNullable();
    table.bigInteger('bytes_added').notNullable();
    table.bigInteger('skipped').notNullable();
    table.primary(['generation', 'finished_at', 'run_id']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
