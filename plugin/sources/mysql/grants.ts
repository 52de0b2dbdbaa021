/**
 * Users of a database and what they may there. What a restore point says is never run as it stands: it is read strictly
 * and written anew, so that nothing in it can reach beyond its own database.
 */
import type { StoredUser } from '../../domain/stored-database.ts';
import { isSqlError, type SqlRow, type SqlSession } from './admin-session.ts';
import { loaderPrefix, ownerPrefix, type SqlAccount } from './accounts.ts';
import { grantName, quoteAccount, quoteName, quoteTable, quoteText } from './sql-text.ts';

export interface ReadGrant {
  readonly rights: readonly string[];
  /** A routine, a table, or (undefined) all of the database. */
  readonly on: { readonly kind: 'table' | 'procedure' | 'function'; readonly name: string } | undefined;
}

const quoted = '`((?:[^`]|``)*)`';
const grantPattern = new RegExp(
  String.raw`^GRANT (.+?) ON (?:(TABLE|PROCEDURE|FUNCTION) )?${quoted}\.(?:(\*)|${quoted}) TO ${quoted}@${quoted}( WITH GRANT OPTION)?`,
);

/** What may be done within one database. `GRANT OPTION` never comes back. */
const harmless: ReadonlySet<string> = new Set([
  'ALL PRIVILEGES',
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'REFERENCES',
  'INDEX',
  'ALTER',
  'CREATE TEMPORARY TABLES',
  'LOCK TABLES',
  'EXECUTE',
  'CREATE VIEW',
  'SHOW VIEW',
  'CREATE ROUTINE',
  'ALTER ROUTINE',
  'EVENT',
  'TRIGGER',
  'DELETE HISTORY',
]);

/** A right, or one on columns: `` SELECT (`a`, `b`) ``. */
const rightPattern = /^([A-Z ]+?)(?: \((`(?:[^`]|``)*`(?:, `(?:[^`]|``)*`)*)\))?$/;

/**
 * A `GRANT` of this user on this database; undefined for any other text.
 * @param database as it is called; in the text it may stand escaped, as grants on databases do.
 */
export function readGrant(text: string, database: string, { user, host }: SqlAccount): ReadGrant | undefined {
  const words = grantPattern
    .exec(text)
    ?.slice(1)
    .map((word: string | undefined) => word ?? '');
  if (words === undefined) return undefined;
  const [rightsText, kind, on, all, object, ...account] = words.map((word) => unquote(word)) as Words;
  const isWhole = all === '*';
  const isTheirs = account[0] === user && account[1] === host;
  if (!isTheirs || (isWhole ? unescape(on) : on) !== database) return undefined;
  const rights = splitRights(words[0] ?? rightsText).filter(isHarmless);
  if (rights.length === 0) return undefined;
  return { rights, on: isWhole ? undefined : { kind: kindOf[kind] ?? 'table', name: object } };
}

/** Rights, kind of object, database, `*`, object, user, host, and whether it may be passed on. */
type Words = [string, string, string, string, string, ...string[]];

const kindOf: { readonly [word: string]: 'table' | 'procedure' | 'function' | undefined } = {
  TABLE: 'table',
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
};

/** At commas that do not stand between brackets or quotes. */
function splitRights(text: string): string[] {
  return text.match(/(?:[^,(]|\((?:[^)`]|`(?:[^`]|``)*`)*\))+/g)?.map((right) => right.trim()) ?? [];
}

function isHarmless(right: string): boolean {
  const name = rightPattern.exec(right)?.[1];
  return name !== undefined && harmless.has(name);
}

function unquote(name: string): string {
  return name.replaceAll('``', '`');
}

function unescape(name: string): string {
  return name.replaceAll(/\\([\\_%])/g, '$1');
}

/** The same, on another database. */
export function grantText({ rights, on }: ReadGrant, database: string, account: SqlAccount): string {
  const where = on === undefined ? `${grantName(database)}.*` : `${kindWord(on.kind)}${quoteTable(database, on.name)}`;
  return `GRANT ${rights.join(', ')} ON ${where} TO ${quoteAccount(account)}`;
}

function kindWord(kind: 'table' | 'procedure' | 'function'): string {
  return kind === 'table' ? '' : `${kind.toUpperCase()} `;
}

/** How a user logs in: read out of `CREATE USER`, and written anew. Undefined for ways that are not known here. */
export function createUserText({ user, host, create }: StoredUser): string | undefined {
  const name = quoteAccount({ user, host });
  const plugin = String.raw`IDENTIFIED (?:VIA|WITH) [\`']?(\w+)[\`']? (?:USING|AS) '([\x20-\x26\x28-\x5b\x5d-\x7e]*)'`;
  const native = /IDENTIFIED BY PASSWORD '(\*[0-9A-F]{40})'/.exec(create)?.[1];
  if (native !== undefined) return `CREATE USER IF NOT EXISTS ${name} IDENTIFIED BY PASSWORD ${quoteText(native)}`;
  const [, via = '', hash = ''] = new RegExp(plugin).exec(create) ?? [];
  if (!knownPlugins.has(via)) return undefined;
  return `CREATE USER IF NOT EXISTS ${name} IDENTIFIED VIA ${quoteName(via)} USING '${hash}'`;
}

/** Passwords only: with a socket's name one could become another user of the system. */
const knownPlugins: ReadonlySet<string> = new Set(['mysql_native_password', 'ed25519', 'caching_sha2_password']);

const reserved: ReadonlySet<string> = new Set(['', 'root', 'mysql', 'mariadb.sys', 'debian-sys-maint', 'PUBLIC']);

/** Users of a restore point that are not on the server, and may be made. */
export async function findMissing(
  session: SqlSession,
  users: readonly StoredUser[],
  adminUser: string,
): Promise<StoredUser[]> {
  const there = new Set((await listUsers(session)).map(({ user, host }) => `${user ?? ''}@${host ?? ''}`));
  return users.filter(({ user, host }) => {
    const isOurs = user.startsWith(ownerPrefix) || user.startsWith(loaderPrefix) || user.startsWith('larder');
    return !isOurs && user !== adminUser && !reserved.has(user) && !there.has(`${user}@${host}`);
  });
}

function listUsers(session: SqlSession): Promise<SqlRow[]> {
  return session.rows('SELECT User AS user, Host AS host FROM mysql.user');
}

/** Makes users with their passwords, and gives them their rights on this database. @returns what could not be done. */
export async function restoreUsers(
  session: SqlSession,
  users: readonly StoredUser[],
  { from, database }: { readonly from: string; readonly database: string },
): Promise<{ readonly object: string; readonly reason: string }[]> {
  const problems: { object: string; reason: string }[] = [];
  for (const user of users) {
    const object = `${user.user}@${user.host}`;
    const create = createUserText(user);
    if (create === undefined) problems.push({ object, reason: 'it logs in in a way that is not brought back' });
    else problems.push(...(await runAll(session, object, [create, ...grantsFor(user, from, database)])));
  }
  return problems;
}

function grantsFor(user: StoredUser, from: string, database: string): string[] {
  return user.grants.flatMap((text) => {
    const grant = readGrant(text, from, user);
    return grant === undefined ? [] : [grantText(grant, database, user)];
  });
}

/** Who may use a database may use the one beside it, in the same way; tables of their own apart. */
export async function grantAlike(session: SqlSession, from: string, to: string): Promise<void> {
  const found = await session.rows('SELECT DISTINCT User AS user, Host AS host FROM mysql.db WHERE Db IN (?, ?)', [
    from,
    from.replaceAll(/[\\_%]/g, String.raw`\$&`),
  ]);
  for (const { user, host } of found) {
    if (typeof user !== 'string' || typeof host !== 'string' || user.startsWith(ownerPrefix)) continue;
    const grants = await session.rows(`SHOW GRANTS FOR ${quoteAccount({ user, host })}`);
    for (const line of grants.flatMap((row) => Object.values(row))) {
      const grant = line === null ? undefined : readGrant(line, from, { user, host });
      if (grant !== undefined && grant.on === undefined) await session.run(grantText(grant, to, { user, host }));
    }
  }
}

async function runAll(session: SqlSession, object: string, statements: readonly string[]) {
  const problems: { object: string; reason: string }[] = [];
  for (const sql of statements) {
    try {
      await session.run(sql);
    } catch (error) {
      if (!isSqlError(error)) throw error;
      problems.push({ object, reason: error.message });
    }
  }
  return problems;
}
