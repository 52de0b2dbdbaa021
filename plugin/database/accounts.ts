import type { Knex } from 'knex';
import type { Account, PanelAccount } from '../domain/account.ts';
import { parseGeneration, type ServerId } from '../domain/ids.ts';

export interface AccountBook {
  readonly connection: Knex;
  readonly server: ServerId;
  /** Bytes that nobody can foresee. */
  readonly randomBytes: (sizeBytes: number) => Buffer;
}

interface AccountRow {
  readonly server: string;
  readonly name: string;
  readonly uid: number;
  readonly generation: string;
  readonly first_seen_at: number;
  readonly gone_at: number | null;
}

/** SQLite joins at most 500 rows in one insert. */
const rowsPerStatement = 200;

/**
 * `Records.recordAccounts`. Each statement stands for itself and may be repeated; two calls at the same time cannot make
 * two generations, because the table has room for one row per server, name and uid.
 */
export async function recordAccounts(book: AccountBook, seen: readonly PanelAccount[], at: Date): Promise<Account[]> {
  const known = await readRows(book);
  await addNew(
    book,
    seen.filter((account) => !known.has(keyOf(account))),
    at,
  );
  const wanted = new Set(seen.map(keyOf));
  const rows = [...known.values()];
  await markGone(
    book,
    rows.filter((row) => row.gone_at === null && !wanted.has(keyOf(row))),
    at.getTime(),
  );
  await markGone(
    book,
    rows.filter((row) => row.gone_at !== null && wanted.has(keyOf(row))),
    null,
  );
  return withGenerations(seen, await readRows(book));
}

async function readRows({ connection, server }: AccountBook): Promise<Map<string, AccountRow>> {
  const rows = await connection<AccountRow>('accounts').where({ server }).select('*');
  return new Map(rows.map((row) => [keyOf(row), row]));
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
  rows: readonly AccountRow[],
  goneAt: number | null,
): Promise<void> {
  for (const some of chunk(rows)) {
    const generations = some.map(({ generation }) => generation);
    await connection<AccountRow>('accounts')
      .where({ server })
      .whereIn('generation', generations)
      .update({ gone_at: goneAt });
  }
}

function withGenerations(seen: readonly PanelAccount[], rows: ReadonlyMap<string, AccountRow>): Account[] {
  const accounts: Account[] = [];
  for (const account of seen) {
    const row = rows.get(keyOf(account));
    if (row !== undefined) accounts.push({ ...account, generation: parseGeneration(row.generation) });
  }
  return accounts.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function keyOf({ name, uid }: { readonly name: string; readonly uid: number }): string {
  return `${name}:${uid}`;
}

function chunk<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / rowsPerStatement);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  );
}
