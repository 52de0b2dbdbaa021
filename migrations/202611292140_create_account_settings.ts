import type { Knex } from 'knex';

/** What customers chose for themselves: language, time zone, which mails. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('account_settings')) return;
  await knex.schema.createTable('account_settings', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.text('settings').notNullable().comment('JSON');
    table.primary(['generation']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
