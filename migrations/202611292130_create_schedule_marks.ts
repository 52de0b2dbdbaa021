import type { Knex } from 'knex';

/** Up to when the runs of each schedule were dealt with. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('schedule_marks')) return;
  await knex.schema.createTable('schedule_marks', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.string('schedule_key', 190).notNullable();
    table.bigInteger('dealt_with').notNullable().comment('milliseconds since 1970');
    table.primary(['server', 'schedule_key']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
