/** Roles of a restore point. What it says is never run as it stands: it is read strictly and written anew. */
import type { StoredUser } from '../../domain/stored-database.ts';
import { isSqlError, type PgSession } from './session.ts';
import { quoteName, quoteText } from './sql-text.ts';

const reserved = /^(pg_|larder|postgres$|public$|none$)/i;

/** Those that are not on the server, and may be made. */
export async function findMissing(
  admin: PgSession,
  users: readonly StoredUser[],
  adminUser: string,
): Promise<StoredUser[]> {
  const found = await admin.rows('SELECT rolname AS name FROM pg_roles');
  const there = new Set(found.map(({ name }) => name));
  return users.filter(({ user }) => user !== '' && !reserved.test(user) && user !== adminUser && !there.has(user));
}

/** A verifier, in one of the two forms that the server keeps: https://www.postgresql.org/docs/15/catalog-pg-authid.html */
const hashPattern =
  / PASSWORD {1,2}E?'(SCRAM-SHA-256\$\d{1,9}:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+|md5[0-9a-f]{32})'$/;

/** A role that may log in and nothing else, with the password it had. Undefined without one: anybody could be let in as it. */
export function createRoleText({ user, create }: StoredUser): string | undefined {
  const hash = hashPattern.exec(create)?.[1];
  if (hash === undefined) return undefined;
  const only = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  return `CREATE ROLE ${quoteName(user)} ${only} PASSWORD${quoteText(hash)}`;
}

/** What a grant gives on this database; nothing for any other text. */
export function readRights({ user, grants }: StoredUser, from: string): { isOwner: boolean; rights: string[] } {
  const [on, to] = [quoteName(from), quoteName(user)];
  const isOwner = grants.includes(`ALTER DATABASE ${on} OWNER TO ${to}`);
  const rights = grants.flatMap((grant) => {
    const found = /^GRANT ((?:CONNECT|CREATE|TEMPORARY)(?:, (?:CONNECT|CREATE|TEMPORARY))*) ON DATABASE /.exec(grant);
    return found !== null && grant === `${found[0]}${on} TO ${to}` ? (found[1] ?? '').split(', ') : [];
  });
  return { isOwner, rights };
}

export interface UserProblem {
  readonly object: string;
  readonly reason: string;
}

/** @returns the one who owned the database, when it was made; and what could not be done. */
export async function restoreUsers(
  admin: PgSession,
  users: readonly StoredUser[],
  { from, database }: { readonly from: string; readonly database: string },
): Promise<{ readonly owner: string | undefined; readonly problems: UserProblem[] }> {
  const problems: UserProblem[] = [];
  let owner: string | undefined;
  for (const user of users) {
    const create = createRoleText(user);
    const { isOwner, rights } = readRights(user, from);
    const reason =
      create === undefined
        ? 'its password is not known: make it again'
        : await runAll(admin, [create, ...rights.map((right) => grantText(right, database, user.user))]);
    if (reason !== undefined) problems.push({ object: user.user, reason });
    else if (isOwner) owner = user.user;
  }
  return { owner, problems };
}

function grantText(right: string, database: string, user: string): string {
  return `GRANT ${right} ON DATABASE ${quoteName(database)} TO ${quoteName(user)}`;
}

async function runAll(admin: PgSession, statements: readonly string[]): Promise<string | undefined> {
  try {
    for (const sql of statements) await admin.run(sql);
    return undefined;
  } catch (error) {
    if (isSqlError(error)) return error.message;
    throw error;
  }
}
