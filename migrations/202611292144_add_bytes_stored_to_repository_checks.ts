import type { Knex } from 'knex';

/** How large the repository was when it was checked. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasColumn('repository_checks', 'bytes_stored')) return;
  await knex.schema.alterTable('repository_checks', (table) => {
    table.bigInteger('bytes_stored').notNullable().defaultTo(0);
  });
}
