import type { Knex } from 'knex';

/** An account generation has one repository at a destination. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('repositories')) return;
  await knex.schema.createTable('repositories', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.string('destination', 64).notNullable();
    table.string('repository_id', 64).notNullable();
    table.string('account_name', 64).notNullable();
    table.string('folder', 255).notNullable();
    table.bigInteger('created_at').notNullable().comment('milliseconds since 1970');
    table.primary(['generation', 'destination']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
