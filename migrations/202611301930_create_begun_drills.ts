import type { Knex } from 'knex';

/** Drills that were begun and are not over: of one that stays here nobody could write down how it ended. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('begun_drills')) return;
  await knex.schema.createTable('begun_drills', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('drill_id', 20).notNullable().primary();
    table.string('generation', 32).notNullable().index();
    table.string('snapshot_id', 64).notNullable();
    table.bigInteger('point_time').notNullable();
    table.bigInteger('started_at').notNullable();
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
