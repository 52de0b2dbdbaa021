import type { Knex } from 'knex';

/** When the keys that are kept off a server were last proven to open everything. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('recovery_proofs')) return;
  await knex.schema.createTable('recovery_proofs', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.string('recipient', 80).notNullable().comment('age1…: the public half');
    table.bigInteger('proven_at').notNullable().comment('milliseconds since 1970');
    table.integer('places').notNullable();
    table.primary(['server', 'recipient']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
