import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { commonDatabase, openSession, readLogin } from './session.ts';
import { quoteName, quoteText } from './sql-text.ts';

/**
 * Makes the role that reads: everything, also rows that policies hide, and nothing else. One that is there keeps its
 * password and its rights.
 * @param password of a new one. Without it the server knows the user by its socket.
 * @returns whether the role is new.
 * @throws {Failure} `database-unreachable`; {SqlError} when the administrator may not make roles.
 */
export async function createDumpLogin(
  { server, admin, dump }: DatabaseServerConfiguration,
  password: string | undefined,
): Promise<boolean> {
  const session = await openSession(server, readLogin(admin), commonDatabase);
  try {
    const [known] = await session.rows('SELECT 1 AS known FROM pg_roles WHERE rolname = $1', [dump.user]);
    if (known !== undefined) return false;
    for (const sql of createTexts(dump.user, password)) await session.run(sql);
    return true;
  } finally {
    await session.close();
  }
}

/** Hashes of passwords can be read in this database alone: what is allowed on a catalog is allowed in one database. */
export function createTexts(user: string, password: string | undefined): string[] {
  const role = quoteName(user);
  const proof = password === undefined ? '' : ` PASSWORD${quoteText(password)}`;
  return [
    `CREATE ROLE ${role} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION${proof}`,
    `GRANT pg_read_all_data TO ${role}`,
    `GRANT SELECT ON pg_catalog.pg_authid TO ${role}`,
  ];
}
