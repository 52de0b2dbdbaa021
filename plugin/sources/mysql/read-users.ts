import type { StoredUser } from '../../domain/stored-database.ts';
import { isSqlError, type SqlSession } from './admin-session.ts';
import { text } from './read-definitions.ts';
import { quoteAccount, quoteName } from './sql-text.ts';

/**
 * Who has rights on this database and nothing wider: users by its own name. A pattern that fits several databases may
 * be several tenants' and is left out.
 */
export async function readUsers(session: SqlSession, database: string): Promise<StoredUser[]> {
  const users: StoredUser[] = [];
  for (const account of await listUsers(session, database)) {
    const user = await readUser(session, account, database);
    if (user !== undefined) users.push(user);
  }
  return users;
}

interface AccountName {
  readonly user: string;
  readonly host: string;
}

async function listUsers(session: SqlSession, database: string): Promise<AccountName[]> {
  const found = await session.rows(
    `SELECT User AS user, Host AS host, Db AS pattern FROM mysql.db
      UNION SELECT User, Host, Db FROM mysql.tables_priv
      UNION SELECT User, Host, Db FROM mysql.columns_priv
      UNION SELECT User, Host, Db FROM mysql.procs_priv`,
  );
  const accounts = new Map<string, AccountName>();
  for (const row of found) {
    if (!namesDatabase(text(row, 'pattern'), database)) continue;
    const account = { user: text(row, 'user'), host: text(row, 'host') };
    if (account.user !== '') accounts.set(JSON.stringify(account), account);
  }
  return [...accounts.values()].toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

/** As it is, or with its wildcards escaped. */
function namesDatabase(pattern: string, database: string): boolean {
  return pattern === database || pattern.replace(/\\([\\_%])/g, '$1') === database;
}

async function readUser(session: SqlSession, account: AccountName, database: string): Promise<StoredUser | undefined> {
  try {
    const [created = {}] = await session.rows(`SHOW CREATE USER ${quoteAccount(account)}`);
    const grants = await session.rows(`SHOW GRANTS FOR ${quoteAccount(account)}`);
    return {
      ...account,
      create: firstValue(created),
      grants: grants.map(firstValue).filter((grant) => isGrantOn(grant, database)),
    };
  } catch (error) {
    if (isSqlError(error)) return undefined; // a role, or dropped since
    throw error;
  }
}

const firstValue = (row: { readonly [column: string]: string | null }): string => Object.values(row)[0] ?? '';

/** Names of columns stand before `ON` in backticks, and may look like anything. */
function isGrantOn(grant: string, database: string): boolean {
  const found =
    /^GRANT (?:[^`]|`(?:[^`]|``)*`)*? ON (?:PROCEDURE |FUNCTION |PACKAGE |PACKAGE BODY )?(`(?:[^`]|``)+`)\./.exec(
      grant,
    );
  const quoted = found?.[1];
  if (quoted === undefined) return false;
  return quoted === quoteName(database) || quoted.replace(/\\([\\_%])/g, '$1') === quoteName(database);
}
