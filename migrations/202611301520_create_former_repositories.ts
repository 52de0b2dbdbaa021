import type { Knex } from 'knex';

/** Repositories in whose place others with new keys are used: they are kept until somebody removes them. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('former_repositories')) return;
  await knex.schema.createTable('former_repositories', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.string('destination', 64).notNullable();
    table.string('repository_id', 64).notNullable();
    table.string('account_name', 64).notNullable();
    table.string('folder', 255).notNullable();
    table.bigInteger('created_at').notNullable().comment('milliseconds since 1970, as all times here');
    table.bigInteger('replaced_at').notNullable();
    table.string('job_id', 20).nullable();
    table.integer('is_closed').notNullable().comment('0 until all is done that comes after the exchange');
    table.primary(['generation', 'destination', 'repository_id']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
