import type { Knex } from 'knex';

/** What is known of each restore point from reading it back. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('point_states')) return;
  await knex.schema.createTable('point_states', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.string('destination', 64).notNullable();
    table.string('snapshot_id', 64).notNullable();
    table.bigInteger('verified_at').nullable().comment('milliseconds since 1970, as all times here');
    table.string('verified_by', 8).nullable();
    table.bigInteger('proven_at').nullable();
    table.bigInteger('damaged_since').nullable();
    table.text('damage').nullable().comment('JSON');
    table.primary(['generation', 'destination', 'snapshot_id']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
