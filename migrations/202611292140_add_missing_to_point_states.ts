import type { Knex } from 'knex';

/** Required files that a restore point does not hold. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasColumn('point_states', 'missing')) return;
  await knex.schema.alterTable('point_states', (table) => {
    table.text('missing').nullable().comment('JSON');
  });
}
