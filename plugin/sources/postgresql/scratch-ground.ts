/** What the live server has and a drill's has not: a restore finds it there, so its lack says nothing about a dump. */
import { readScript } from './script-item.ts';
import { isSqlError, type PgSession, type SqlError } from './session.ts';
import { quoteName } from './sql-text.ts';

const mostExtensions = 100;

/**
 * Extensions that a dump wants in the schema `public`. Nothing of it is run: what it says is a wish.
 * @throws {Failure} `repository-damaged`.
 */
export async function findExtensions(ahead: AsyncIterable<Uint8Array> | undefined): Promise<string[]> {
  const found: string[] = [];
  if (ahead === undefined) return found;
  for await (const item of readScript(ahead)) {
    const isOne = item.kind === 'EXTENSION' && 'name' in item && / WITH SCHEMA public;\s*$/.test(item.sql);
    if (isOne && found.length < mostExtensions) found.push(item.name);
  }
  return found;
}

const mostRoles = 1000;

/** Makes a role that a statement names and that is not there: it may do nothing, not even log in. */
export function roleMaker(admin: PgSession): (error: SqlError) => Promise<boolean> {
  let made = 0;
  return async (error) => {
    const role = error.state === '42704' ? /^role "(.*)" does not exist$/s.exec(error.message)?.[1] : undefined;
    if (role === undefined || made >= mostRoles) return false;
    made += 1;
    try {
      await admin.run(`CREATE ROLE ${quoteName(role)} NOLOGIN`);
      return true;
    } catch (problem) {
      if (isSqlError(problem)) return false;
      throw problem;
    }
  };
}
