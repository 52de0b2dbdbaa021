import type { Knex } from 'knex';

/** Mails that wait to be sent, and those that were. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('mails')) return;
  await knex.schema.createTable('mails', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('id', 32).notNullable();
    table.string('server', 32).notNullable();
    table.string('unique_key', 190).notNullable();
    table.string('generation', 32).notNullable();
    table.text('message').notNullable().comment('JSON: what it tells');
    table.string('state', 10).notNullable();
    table.integer('attempts').notNullable();
    table.bigInteger('due_at').notNullable().comment('milliseconds since 1970');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('ended_at').nullable();
    table.text('problem').nullable();
    table.primary(['id']);
    table.unique(['server', 'unique_key']);
    table.index(['server', 'state', 'due_at'], 'mails_by_due');
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
