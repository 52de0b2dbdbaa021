import type { Knex } from 'knex';
import type { Account, PanelAccount } from '../domain/account.ts';
import type { Generation, ServerId } from '../domain/ids.ts';
import { planAccountChanges, withGenerations, type AccountRow } from './account-rows.ts';

export interface AccountBook {
  readonly connection: Knex;
  readonly server: ServerId;
  /** Bytes that nobody can foresee. */
  readonly randomBytes: (sizeBytes: number) => Buffer;
}

/** SQLite joins at most 500 rows in one insert. */
const rowsPerStatement = 200;

/**
 * `Records.recordAccounts`. Each statement stands for itself and may be repeated; two calls at the same time cannot make
 * two generations, because the table has room for one row per server, name and uid.
 */
export async function recordAccounts(book: AccountBook, seen: readonly PanelAccount[], at: Date): Promise<Account[]> {
  const { added, gone, back } = planAccountChanges(await readRows(book), seen);
  await addNew(book, added, at);
  await markGone(book, gone, at.getTime());
  await markGone(book, back, null);
  return withGenerations(seen, await readRows(book));
}

/** `Records.adoptGeneration`. */
export async function adoptGeneration(
  book: AccountBook,
  account: PanelAccount,
  generation: Generation,
  at: Date,
): Promise<boolean> {
  const { connection, server } = book;
  const { name, uid } = account;
  await addNew(book, [account], at);
  const before = await connection<AccountRow>('accounts').where({ server, name, uid }).first();
  if (before === undefined) return false;
  if (before.generation === generation) return true;
  const own = await connection<{ generation: string }>('repositories')
    .where({ generation: before.generation })
    .first('generation');
  if (own !== undefined) return false;
  await connection<AccountRow>('accounts')
    .where({ server, name, uid, generation: before.generation })
    .update({ generation, gone_at: null });
  const row = await connection<AccountRow>('accounts').where({ server, name, uid }).first();
  return row?.generation === generation;
}

async function readRows({ connection, server }: AccountBook): Promise<AccountRow[]> {
  return connection<AccountRow>('accounts').where({ server }).select('*');
}

async function addNew(book: AccountBook, accounts: readonly PanelAccount[], at: Date): Promise<void> {
  const rows = accounts.map(({ name, uid }) => ({
    server: book.server,
    name,
    uid,
    generation: book.randomBytes(16).toString('hex'),
    first_seen_at: at.getTime(),
    gone_at: null,
  }));
  for (const some of chunk(rows)) {
    await book.connection<AccountRow>('accounts').insert(some).onConflict(['server', 'name', 'uid']).ignore();
  }
}

async function markGone(
  { connection, server }: AccountBook,
  all: readonly string[],
  goneAt: number | null,
): Promise<void> {
  for (const generations of chunk(all)) {
    await connection<AccountRow>('accounts')
      .where({ server })
      .whereIn('generation', generations)
      .update({ gone_at: goneAt });
  }
}

function chunk<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / rowsPerStatement);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  );
}
