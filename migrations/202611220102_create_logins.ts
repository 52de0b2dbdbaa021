import type { Knex } from 'knex';

/** Links that sign somebody in once. Only the hash of the secret is kept. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('logins')) return;
  await knex.schema.createTable('logins', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('secret_hash', 64).notNullable().comment('hex SHA-256');
    table.string('server', 32).notNullable();
    table.text('session_grant').notNullable().comment('JSON');
    table.bigInteger('expires_at').notNullable().comment('milliseconds since 1970');
    table.primary(['secret_hash']);
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
