import type { StoredUser } from '../../domain/stored-database.ts';
import type { DatabaseReading } from './dump-database.ts';
import { text } from './read-catalog.ts';
import { commonDatabase, isSqlError, openSession, type SqlRow } from './session.ts';
import { quoteName, quoteText } from './sql-text.ts';

const rightNames = ['CONNECT', 'CREATE', 'TEMPORARY'];

/**
 * Who owns the database, owns something in it, or has rights on it by name; never who may do more than use databases.
 * Passwords only where whoever reads may see them.
 */
export async function readUsers({ session, server, login, database }: DatabaseReading): Promise<StoredUser[]> {
  const roles = await session.rows(`WITH d AS (SELECT * FROM pg_database WHERE datname = current_database()),
      used AS (SELECT datdba AS oid FROM d UNION SELECT (aclexplode(datacl)).grantee FROM d
        UNION SELECT relowner FROM pg_class UNION SELECT nspowner FROM pg_namespace UNION SELECT proowner FROM pg_proc)
    SELECT r.rolname AS name, r.oid = d.datdba AS "isOwner", r.rolcanlogin AS "mayLogIn",
      (SELECT coalesce(json_agg(a.privilege_type), '[]') FROM aclexplode(d.datacl) a WHERE a.grantee = r.oid) AS rights
    FROM used JOIN pg_roles r USING (oid), d WHERE NOT r.rolsuper AND r.oid >= 16384 ORDER BY 1`);
  const hashes = await readHashes(server, login);
  return roles
    .filter((row) => !text(row, 'name').startsWith('larder'))
    .map((row) => toUser(row, database, hashes.get(text(row, 'name'))));
}

function toUser(row: SqlRow, database: string, hash: string | undefined): StoredUser {
  const user = text(row, 'name');
  const [role, on] = [quoteName(user), quoteName(database)];
  const login = row['mayLogIn'] === 't' ? ' LOGIN' : '';
  const rights = (JSON.parse(text(row, 'rights')) as string[]).filter((right) => rightNames.includes(right));
  return {
    user,
    host: '',
    create: `CREATE ROLE ${role}${login}${hash === undefined ? '' : ` PASSWORD${quoteText(hash)}`}`,
    grants: [
      ...(row['isOwner'] === 't' ? [`ALTER DATABASE ${on} OWNER TO ${role}`] : []),
      ...(rights.length === 0 ? [] : [`GRANT ${rights.toSorted().join(', ')} ON DATABASE ${on} TO ${role}`]),
    ],
  };
}

/** They can be read in the common database only, where `larder init` allows it. */
async function readHashes(
  server: DatabaseReading['server'],
  login: DatabaseReading['login'],
): Promise<ReadonlyMap<string, string>> {
  try {
    const session = await openSession(server, login, commonDatabase);
    try {
      const rows = await session.rows(
        'SELECT rolname AS name, rolpassword AS hash FROM pg_authid WHERE rolpassword IS NOT NULL',
      );
      return new Map(rows.map((row) => [text(row, 'name'), text(row, 'hash')]));
    } finally {
      await session.close();
    }
  } catch (error) {
    if (isSqlError(error)) return new Map();
    throw error;
  }
}
