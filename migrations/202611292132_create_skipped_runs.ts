import type { Knex } from 'knex';

/** Scheduled runs that were left out, and why. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('skipped_runs')) return;
  await knex.schema.createTable('skipped_runs', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.bigInteger('skipped_at').notNullable().comment('milliseconds since 1970');
    table.string('generation', 32).notNullable();
    table.string('schedule', 64).notNullable();
    table.string('account_name', 64).notNullable();
    table.string('reason', 32).notNullable();
    table.primary(['server', 'skipped_at', 'generation', 'schedule']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
