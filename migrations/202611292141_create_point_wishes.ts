import type { Knex } from 'knex';

/** What customers want of backups that they made themselves: to keep them, or to delete them. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('point_wishes')) return;
  await knex.schema.createTable('point_wishes', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('generation', 32).notNullable();
    table.string('snapshot_id', 64).notNullable();
    table.boolean('is_pinned').notNullable();
    table.bigInteger('delete_at').nullable().comment('milliseconds since 1970');
    table.integer('attempts').notNullable();
    table.primary(['generation', 'snapshot_id']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
