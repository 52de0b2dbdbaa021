/**
 * Roles that Larder makes, each for one database only. It is nobody's member and no member of anything, so that what it
 * runs reaches no other database, whatever that is. After the load it is locked: nobody logs in as it any more.
 */
import { randomBytes } from 'node:crypto';
import { text } from './read-catalog.ts';
import type { PgSession, SqlLogin } from './session.ts';
import { quoteName, quoteText } from './sql-text.ts';

const rolePrefix = 'larder_o_';

export function roleOf(plan: string): string {
  return `${rolePrefix}${plan}`;
}

const nothingElse = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT';

/** A new role with a password that nobody else knows. The caller locks it. */
export async function makeLoader(admin: PgSession, plan: string): Promise<SqlLogin> {
  const user = roleOf(plan);
  const password = randomBytes(24).toString('base64url');
  const [known] = await admin.rows('SELECT 1 AS known FROM pg_roles WHERE rolname = $1', [user]);
  const verb = known === undefined ? 'CREATE' : 'ALTER';
  await admin.run(
    `${verb} ROLE ${quoteName(user)} LOGIN ${nothingElse} CONNECTION LIMIT 2 PASSWORD${quoteText(password)}`,
  );
  return { user, password };
}

/** Ends its connections. A role could make others its members; then it has none any more. */
export async function lockRole(admin: PgSession, role: string): Promise<void> {
  const [known] = await admin.rows('SELECT 1 AS known FROM pg_roles WHERE rolname = $1', [role]);
  if (known === undefined) return;
  await admin.run(`ALTER ROLE ${quoteName(role)} NOLOGIN PASSWORD NULL`);
  await admin.run(`ALTER ROLE ${quoteName(role)} RESET ALL`);
  await admin.rows('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
  const members = await admin.rows(
    'SELECT m.member::regrole::text AS name FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE r.rolname = $1',
    [role],
  );
  for (const row of members) await admin.run(`REVOKE ${quoteName(role)} FROM ${text(row, 'name')}`);
}

/** Unless something is still its own. @returns whether it is gone. */
export async function dropRole(admin: PgSession, role: string): Promise<boolean> {
  try {
    await admin.run(`DROP ROLE IF EXISTS ${quoteName(role)}`);
    return true;
  } catch {
    return false;
  }
}

/** Roles of loads that nobody works on any more are locked, and dropped where they own nothing. */
export async function sweepRoles(admin: PgSession, isAtWork: (plan: string) => Promise<boolean>): Promise<void> {
  const found = await admin.rows('SELECT rolname AS name FROM pg_roles WHERE starts_with(rolname, $1)', [rolePrefix]);
  for (const row of found) {
    const role = text(row, 'name');
    if (await isAtWork(role.slice(rolePrefix.length))) continue;
    await lockRole(admin, role);
    await dropRole(admin, role);
  }
}

/**
 * Whose a database's contents become: the live database's owner, or who owns most in it. Never somebody who may do more
 * than use databases: what a dump holds works with its owner's rights.
 * @param session to the live database.
 */
export async function findOwner(session: PgSession): Promise<string | undefined> {
  const [row] = await session.rows(`SELECT r.rolname AS name FROM (
      SELECT datdba AS oid, 1e9 AS weight FROM pg_database WHERE datname = current_database()
      UNION ALL SELECT relowner, count(*) FROM pg_class WHERE relkind IN ('r', 'p') GROUP BY relowner) owners
    JOIN pg_roles r USING (oid) WHERE ${isPlainRole} GROUP BY r.oid, r.rolname ORDER BY sum(weight) DESC LIMIT 1`);
  return row?.['name'] ?? undefined;
}

/** Roles of the server's own (`pg_…`) give rights everywhere; so do members of them. */
const isPlainRole = `r.oid >= 16384 AND NOT (r.rolsuper OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls)
  AND NOT EXISTS (SELECT 1 FROM pg_roles s WHERE (s.rolsuper OR s.rolcreaterole OR starts_with(s.rolname, 'pg_'))
    AND s.rolname <> 'pg_database_owner' AND pg_has_role(r.oid, s.oid, 'MEMBER'))`;

/** As long as this connection lives: whoever sweeps sees that somebody is at work. */
export async function holdPlan(admin: PgSession, plan: string): Promise<void> {
  await admin.rows('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`larder:${plan}`]);
}

export async function releasePlan(admin: PgSession, plan: string): Promise<void> {
  await admin.rows('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [`larder:${plan}`]);
}

export async function isHeld(admin: PgSession, plan: string): Promise<boolean> {
  const [row] = await admin.rows('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [`larder:${plan}`]);
  if (row?.['got'] !== 't') return true;
  await releasePlan(admin, plan);
  return false;
}
