import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import type { ServerFinding } from '../../domain/server-finding.ts';
import { isHiddenDatabase } from '../../domain/hidden-database.ts';
import { text } from './read-catalog.ts';
import { commonDatabase, openSession, readLogin, showAddress, type PgSession } from './session.ts';
import { quoteName } from './sql-text.ts';

/**
 * Looks whether databases can be dumped, and brought back safely. The first finding is the server itself; what follows
 * is to be mended.
 * @throws {Failure} `database-unreachable`; `configuration-missing`, `state-unsafe` for the file with the password.
 */
export async function examineServer({ server, dump, admin }: DatabaseServerConfiguration): Promise<ServerFinding[]> {
  const session = await openSession(server, readLogin(dump), commonDatabase);
  try {
    const [row = {}] = await session.rows("SELECT current_setting('server_version') AS version");
    const found: ServerFinding = { kind: 'server', server: showAddress(server), version: text(row, 'version') };
    return [found, ...(await examineRights(session, dump.user)), ...(await examineAdmin({ server, admin, dump }))];
  } finally {
    await session.close();
  }
}

async function examineRights(session: PgSession, user: string): Promise<ServerFinding[]> {
  const role = quoteName(user);
  const [row = {}] = await session.rows(`SELECT rolsuper AS super, rolbypassrls AS bypass,
      pg_has_role(current_user, 'pg_read_all_data', 'USAGE') AS "readsAll" FROM pg_roles WHERE rolname = current_user`);
  const closed = await session.rows(`SELECT datname AS name FROM pg_database
    WHERE datallowconn AND NOT datistemplate AND NOT has_database_privilege(datname, 'CONNECT') ORDER BY 1`);
  const names = closed.map((one) => text(one, 'name')).filter((name) => !isHiddenDatabase(name));
  const mends = [
    ...(row['super'] === 't' ? [`ALTER ROLE ${role} NOSUPERUSER`] : []),
    ...(row['bypass'] === 't' || row['super'] === 't' ? [] : [`ALTER ROLE ${role} BYPASSRLS`]),
    ...(row['readsAll'] === 't' ? [] : [`GRANT pg_read_all_data TO ${role}`]),
    ...names.map((name) => `GRANT CONNECT ON DATABASE ${quoteName(name)} TO ${role}`),
  ];
  return mends.map((mend) => ({ kind: 'rights', user, mend }));
}

/** Without an administrator nothing can be brought back. */
async function examineAdmin({
  server,
  admin,
}: Pick<DatabaseServerConfiguration, 'server' | 'admin' | 'dump'>): Promise<ServerFinding[]> {
  const session = await openSession(server, readLogin(admin), commonDatabase);
  try {
    const [row = {}] = await session.rows('SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user');
    if (row['super'] === 't') return [];
    return [{ kind: 'rights', user: admin.user, mend: `ALTER ROLE ${quoteName(admin.user)} SUPERUSER` }];
  } finally {
    await session.close();
  }
}
