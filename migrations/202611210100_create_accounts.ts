import type { Knex } from 'knex';

/** A customer is a server, a name and a uid. The primary key makes sure that each gets one generation only. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('accounts')) return;
  await knex.schema.createTable('accounts', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.string('name', 64).notNullable();
    table.bigInteger('uid').notNullable();
    table.string('generation', 32).notNullable();
    table.bigInteger('first_seen_at').notNullable().comment('milliseconds since 1970');
    table.bigInteger('gone_at').nullable().comment('milliseconds since 1970; null while the panel lists it');
    table.primary(['server', 'name', 'uid']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
