import type { Knex } from 'knex';

/** When whole repositories were checked. The primary key is in the order in which the newest is looked for. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('repository_checks')) return;
  await knex.schema.createTable('repository_checks', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.string('destination', 64).notNullable();
    table.string('depth', 8).notNullable();
    table.bigInteger('finished_at').notNullable().comment('milliseconds since 1970');
    table.string('check_id', 32).notNullable().comment('random: two may end at the same moment');
    table.bigInteger('started_at').notNullable().comment('milliseconds since 1970');
    table.bigInteger('points').notNullable();
    table.bigInteger('damaged_points').notNullable();
    table.bigInteger('bytes_read').notNullable();
    table.primary(['generation', 'destination', 'depth', 'finished_at', 'check_id']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
