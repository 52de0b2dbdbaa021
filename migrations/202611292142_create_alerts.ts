import type { Knex } from 'knex';

/** What somebody must know: one row for each thing, as long as it lasts and for a while after it. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('alerts')) return;
  await knex.schema.createTable('alerts', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.string('alert_key', 150).notNullable();
    table.bigInteger('since').notNullable().comment('milliseconds since 1970, as all times here');
    table.string('kind', 32).notNullable();
    table.string('severity', 8).notNullable();
    table.string('account_name', 64).nullable();
    table.text('facts').notNullable().comment('JSON');
    table.bigInteger('seen_at').notNullable();
    table.bigInteger('resolved_at').nullable();
    table.bigInteger('told_at').nullable().comment('null: people were not told yet');
    table.bigInteger('told_over_at').nullable().comment('when people were told that it is over');
    table.primary(['server', 'alert_key', 'since']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
