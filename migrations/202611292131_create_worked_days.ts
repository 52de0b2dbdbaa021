import type { Knex } from 'knex';

/** On which days a server worked: a clock that jumps leaves days out. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('worked_days')) return;
  await knex.schema.createTable('worked_days', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.integer('day').notNullable().comment('since 1970-01-01, in the zone of the server');
    table.primary(['server', 'day']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
