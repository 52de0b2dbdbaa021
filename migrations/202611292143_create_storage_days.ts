import type { Knex } from 'knex';

/** How full destinations and repositories were, once a day: trends and bills come from it. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('storage_days')) return;
  await knex.schema.createTable('storage_days', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.string('destination', 64).notNullable();
    table.string('day', 10).notNullable().comment('in UTC, such as 2026-11-29');
    table.bigInteger('bytes_stored').notNullable();
    table.bigInteger('bytes_free').nullable().comment('null where nobody can tell');
    table.primary(['server', 'destination', 'day']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
