import type { Knex } from 'knex';

/** Work that waits, runs and has ended. What is long is text, not JSON: databases hand JSON back in different ways. */
export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('jobs')) return;
  await knex.schema.createTable('jobs', (table) => {
    if (isMysql(knex)) table.collate('utf8mb4_bin');
    table.bigIncrements('number').comment('the order in which jobs were added, whatever the clock did');
    table.string('id', 20).notNullable();
    table.string('server', 32).notNullable();
    table.string('generation', 32).notNullable();
    table.string('account_name', 64).notNullable();
    table.string('kind', 32).notNullable();
    table.string('weight', 8).notNullable();
    table.string('unique_key', 190).nullable();
    table.string('state', 16).notNullable();
    table
      .bigInteger('fence')
      .notNullable()
      .comment('one more with every claim; whoever has an older one holds nothing');
    table.bigInteger('attempts').notNullable();
    table.bigInteger('turn').nullable().comment('the order in which jobs were claimed, whatever the clock did');
    table.bigInteger('created_at').notNullable().comment('milliseconds since 1970, as all times here');
    table.bigInteger('held_from').notNullable().comment('nobody may take it from here');
    table
      .bigInteger('held_until')
      .notNullable()
      .comment('to here: the lease of a running job, the delay of a waiting one');
    table.bigInteger('started_at').nullable();
    table.bigInteger('finished_at').nullable();
    table.string('holder', 190).nullable();
    table.integer('is_cancel_wanted').notNullable();
    table.bigInteger('undo_until').nullable();
    // What can be long comes last: SQLite reads through it to reach what follows.
    table.text('label').nullable();
    table.text('request', 'mediumtext').notNullable();
    table.text('asked_by').notNullable();
    table.text('progress').nullable();
    table.text('result', 'mediumtext').nullable();
    table.text('failure', 'mediumtext').nullable();
    table.text('retry_reasons', 'mediumtext').nullable();
  });
}

function isMysql(knex: Knex): boolean {
  const client: unknown = knex.client;
  return typeof client === 'object' && client !== null && 'dialect' in client && client.dialect === 'mysql';
}
