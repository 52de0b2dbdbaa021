/**
 * Accounts on the server that Larder makes, each for one database only. The *owner* of a database stays for ever, locked:
 * it is the definer of what was brought back, which works with its rights. A *loader* lives as long as one load.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ServerAddress } from '../../domain/configuration.ts';
import { openSession, type SqlLogin, type SqlSession } from './admin-session.ts';
import { grantName, quoteAccount, quoteText } from './sql-text.ts';

export interface SqlAccount {
  readonly user: string;
  readonly host: string;
}

export const ownerPrefix = 'larder_o_';
export const loaderPrefix = 'larder_l_';

/** Nothing here works outside of the one database; never `FILE`, `SUPER`, `SET USER`, `BINLOG REPLAY`, `GRANT OPTION`. */
const loaderRights =
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES';
const ownerRights = `${loaderRights}, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER`;

/** Who comes over the network has an address that is not known before. */
export function hostOf(server: ServerAddress): string {
  return 'socketPath' in server ? 'localhost' : '%';
}

export function ownerOf(database: string, server: ServerAddress): SqlAccount {
  const digest = createHash('sha256').update(database).digest('hex').slice(0, 16);
  return { user: `${ownerPrefix}${digest}`, host: hostOf(server) };
}

/** A new account with a password that nobody else knows, for one database. The caller drops it. */
export async function makeLoader(
  admin: SqlSession,
  server: ServerAddress,
  { id, database }: { readonly id: string; readonly database: string },
): Promise<SqlLogin & SqlAccount> {
  const account = { user: `${loaderPrefix}${id}`, host: hostOf(server) };
  const password = randomBytes(24).toString('base64url');
  await dropAccount(admin, account);
  await admin.run(
    `CREATE USER ${quoteAccount(account)} IDENTIFIED BY ${quoteText(password)} WITH MAX_USER_CONNECTIONS 2`,
  );
  await admin.run(`GRANT ${loaderRights} ON ${grantName(database)}.* TO ${quoteAccount(account)}`);
  return { ...account, password };
}

/** Ends its connections first: dropping an account leaves them. */
export async function dropAccount(admin: SqlSession, account: SqlAccount): Promise<void> {
  await endConnections(admin, account.user);
  await admin.run(`DROP USER IF EXISTS ${quoteAccount(account)}`);
}

async function endConnections(admin: SqlSession, user: string): Promise<void> {
  const found = await admin.rows('SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = ?', [user]);
  for (const { id } of found) {
    if (id !== null) await admin.run(`KILL ${Number(id)}`).catch(() => {}); // it may have ended meanwhile
  }
}

/**
 * A connection as the owner of a database, who is made when missing. The account is open only while it logs in, with a
 * password that is used once.
 */
export async function openAsOwner(admin: SqlSession, server: ServerAddress, database: string): Promise<SqlSession> {
  const owner = await makeOwner(admin, server, database);
  const name = quoteAccount(owner);
  const password = randomBytes(24).toString('base64url');
  await admin.rows('SELECT GET_LOCK(?, 30)', [owner.user]);
  try {
    await admin.run(`ALTER USER ${name} IDENTIFIED BY ${quoteText(password)} ACCOUNT UNLOCK`);
    return await openSession(server, { user: owner.user, password }, database);
  } finally {
    await lockOwner(admin, owner);
    await admin.rows('SELECT RELEASE_LOCK(?)', [owner.user]);
  }
}

/** The owner of a database, made locked when missing. */
export async function makeOwner(admin: SqlSession, server: ServerAddress, database: string): Promise<SqlAccount> {
  const owner = ownerOf(database, server);
  const name = quoteAccount(owner);
  await admin.run(`CREATE USER IF NOT EXISTS ${name} ACCOUNT LOCK`);
  await admin.run(`GRANT ${ownerRights} ON ${grantName(database)}.* TO ${name}`);
  return owner;
}

async function lockOwner(admin: SqlSession, owner: SqlAccount): Promise<void> {
  const unknown = quoteText(randomBytes(24).toString('base64url'));
  await admin.run(`ALTER USER ${quoteAccount(owner)} IDENTIFIED BY ${unknown} ACCOUNT LOCK`);
}

/** Unless another process logs in with it at this moment, which locks it by itself. */
async function sweepOwner(admin: SqlSession, owner: SqlAccount): Promise<void> {
  const [answer] = await admin.rows('SELECT GET_LOCK(?, 0) AS got', [owner.user]);
  if (answer?.['got'] !== '1') return;
  await lockOwner(admin, owner);
  await admin.rows('SELECT RELEASE_LOCK(?)', [owner.user]);
}

/** Drops loaders and locks owners that a killed process left. @param isAtWork whether a load of this id goes on. */
export async function sweepAccounts(admin: SqlSession, isAtWork: (id: string) => Promise<boolean>): Promise<void> {
  const found = await admin.rows(`SELECT User AS user, Host AS host FROM mysql.user WHERE User LIKE ? OR User LIKE ?`, [
    `${likeText(loaderPrefix)}%`,
    `${likeText(ownerPrefix)}%`,
  ]);
  for (const { user, host } of found) {
    if (typeof user !== 'string' || typeof host !== 'string') continue;
    if (user.startsWith(ownerPrefix)) await sweepOwner(admin, { user, host });
    else if (!(await isAtWork(user.slice(loaderPrefix.length)))) await dropAccount(admin, { user, host });
  }
}

function likeText(text: string): string {
  return text.replaceAll(/[\\_%]/g, String.raw`\$&`);
}
