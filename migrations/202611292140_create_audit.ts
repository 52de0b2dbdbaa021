import type { Knex } from 'knex';

/** What people did for accounts. The primary key makes sure that one entry follows another. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('audit')) return;
  await knex.schema.createTable('audit', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.string('server', 32).notNullable();
    table.bigInteger('number').notNullable().comment('1, 2, 3 …');
    table.string('generation', 32).notNullable();
    table.string('hash', 64).notNullable().comment('hex SHA-256 of this entry and the hash before');
    table.text('entry', 'mediumtext').notNullable().comment('JSON, as it was hashed');
    table.primary(['server', 'number']);
    table.index(['server', 'generation', 'number'], 'audit_by_generation');
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
