import type { Knex } from 'knex';

/** Real restores into a sandbox. The primary key is in the order in which the newest of an account is looked for. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('drills')) return;
  await knex.schema.createTable('drills', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.bigInteger('finished_at').notNullable().comment('milliseconds since 1970, as all times here');
    table.string('drill_id', 20).notNullable();
    table.bigInteger('started_at').notNullable();
    table.string('snapshot_id', 64).notNullable();
    table.integer('has_passed').notNullable();
    table.text('report', 'mediumtext').notNullable().comment('JSON');
    table.primary(['generation', 'finished_at', 'drill_id']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
