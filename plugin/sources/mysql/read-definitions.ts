import type {
  StoredDefinitions,
  StoredEvent,
  StoredRoutine,
  StoredTrigger,
  StoredView,
} from '../../domain/stored-database.ts';
import { isSqlError, type SqlRow, type SqlSession } from './admin-session.ts';
import { quoteName } from './sql-text.ts';

/**
 * Everything of a database but tables and rows. The session works in that database afterwards: only then do views name
 * their tables without it.
 * @throws {SqlError}
 */
export async function readDefinitions(session: SqlSession, database: string): Promise<StoredDefinitions> {
  await session.run(`USE ${quoteName(database)}`);
  return {
    routines: await readRoutines(session, database),
    views: await readViews(session, database),
    triggers: await readTriggers(session, database),
    events: await readEvents(session, database),
  };
}

const kinds: { readonly [type: string]: StoredRoutine['kind'] | undefined } = {
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
  PACKAGE: 'package',
  'PACKAGE BODY': 'package body',
};

async function readRoutines(session: SqlSession, database: string): Promise<StoredRoutine[]> {
  const found = await session.rows(
    `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS type, DEFINER AS definer, SQL_MODE AS sqlMode,
      CHARACTER_SET_CLIENT AS charset, COLLATION_CONNECTION AS connectionCollation,
      DATABASE_COLLATION AS databaseCollation
      FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? ORDER BY ROUTINE_TYPE, ROUTINE_NAME`,
    [database],
  );
  const routines: StoredRoutine[] = [];
  for (const row of found) {
    const kind = kinds[text(row, 'type')];
    if (kind === undefined) continue;
    const sql = await showCreate(session, kind.toUpperCase(), text(row, 'name'));
    routines.push({ ...settingsOf(row), kind, sql });
  }
  return routines;
}

async function readViews(session: SqlSession, database: string): Promise<StoredView[]> {
  const found = await session.rows(
    `SELECT TABLE_NAME AS name, DEFINER AS definer, CHARACTER_SET_CLIENT AS charset,
      COLLATION_CONNECTION AS connectionCollation, ALGORITHM AS algorithm, SECURITY_TYPE AS security, VIEW_DEFINITION AS body
      FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME`,
    [database],
  );
  const views: StoredView[] = [];
  for (const row of found) {
    const { name, definer, charset, connectionCollation } = settingsOf(row);
    const columns = await session.rows(
      `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
      [database, name],
    );
    views.push({
      name,
      definer,
      charset,
      connectionCollation,
      sql: await showView(session, name, row),
      columns: columns.map((column) => text(column, 'name')),
    });
  }
  return views;
}

const readsItself = 1462;

/** A view that reads itself through another is not shown: then its text is put together as the server would show it. */
async function showView(session: SqlSession, name: string, row: SqlRow): Promise<string> {
  try {
    return await showCreate(session, 'VIEW', name);
  } catch (error) {
    if (!isSqlError(error, readsItself)) throw error;
    const [user, host] = splitAccount(text(row, 'definer'));
    const definer = `${quoteName(user)}@${quoteName(host)}`;
    const head = `CREATE ALGORITHM=${text(row, 'algorithm')} DEFINER=${definer} SQL SECURITY ${text(row, 'security')}`;
    return `${head} VIEW ${quoteName(name)} AS ${text(row, 'body')}`;
  }
}

/** A user's name may hold an `@`, a host's may not. */
function splitAccount(account: string): [string, string] {
  const at = account.lastIndexOf('@');
  return [account.slice(0, at), account.slice(at + 1)];
}

async function readTriggers(session: SqlSession, database: string): Promise<StoredTrigger[]> {
  const found = await session.rows(
    `SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName, DEFINER AS definer, SQL_MODE AS sqlMode,
      CHARACTER_SET_CLIENT AS charset, COLLATION_CONNECTION AS connectionCollation,
      DATABASE_COLLATION AS databaseCollation
      FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
      ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    [database],
  );
  const triggers: StoredTrigger[] = [];
  for (const row of found) {
    const sql = await showCreate(session, 'TRIGGER', text(row, 'name'));
    triggers.push({ ...settingsOf(row), table: text(row, 'tableName'), sql });
  }
  return triggers;
}

async function readEvents(session: SqlSession, database: string): Promise<StoredEvent[]> {
  const found = await session.rows(
    `SELECT EVENT_NAME AS name, DEFINER AS definer, SQL_MODE AS sqlMode, CHARACTER_SET_CLIENT AS charset,
      COLLATION_CONNECTION AS connectionCollation, DATABASE_COLLATION AS databaseCollation,
      TIME_ZONE AS timeZone, STATUS AS status
      FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? ORDER BY EVENT_NAME`,
    [database],
  );
  const events: StoredEvent[] = [];
  for (const row of found) {
    const sql = await showCreate(session, 'EVENT', text(row, 'name'));
    const status = text(row, 'status');
    const known = status === 'ENABLED' || status === 'SLAVESIDE_DISABLED' ? status : 'DISABLED';
    events.push({ ...settingsOf(row), timeZone: text(row, 'timeZone'), status: known, sql });
  }
  return events;
}

/** The text stands in `Create Procedure`, `Create View`, … and of triggers in `SQL Original Statement`. */
async function showCreate(session: SqlSession, kind: string, name: string): Promise<string> {
  const [row = {}] = await session.rows(`SHOW CREATE ${kind} ${quoteName(name)}`);
  const column = Object.keys(row).find((key) => key === 'SQL Original Statement' || key.startsWith('Create '));
  const sql = column === undefined ? undefined : row[column];
  if (typeof sql !== 'string') throw new TypeError(`the server does not show ${kind} ${name}`);
  return sql;
}

function settingsOf(row: SqlRow) {
  return {
    name: text(row, 'name'),
    definer: text(row, 'definer'),
    sqlMode: row['sqlMode'] ?? '',
    charset: text(row, 'charset'),
    connectionCollation: text(row, 'connectionCollation'),
    databaseCollation: row['databaseCollation'] ?? '',
  };
}

/** @throws {TypeError} when the server leaves out what it always gives. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`the server gives no ${column}`);
  return value;
}
