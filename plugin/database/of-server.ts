import type { Knex } from 'knex';
import type { AccountBook } from './accounts.ts';

/** Only what belongs to accounts of this server. */
export function ofServer({ connection, server }: AccountBook, query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.whereIn('generation', connection('accounts').where({ server }).select('generation'));
}
