import { Failure } from '../../domain/failure.ts';
import { readScript, type ScriptItem, type ScriptRows } from './script-item.ts';
import { isSqlError, type PgSession, type SqlError } from './session.ts';

export interface LoadingOrder {
  /** As a role that may do nothing outside of the database: that is the barrier. No client program is between. */
  readonly session: PgSession;
  readonly content: AsyncIterable<Uint8Array>;
  /** Names of tables; undefined: all that there is. */
  readonly chosen: ReadonlySet<string> | undefined;
  /** For messages. */
  readonly database: string;
  /** Mends what a statement lacked, where that is to be; @returns whether it is worth another try. */
  readonly help?: ((error: SqlError) => Promise<boolean>) | undefined;
  readonly signal: AbortSignal;
}

export interface LoadProblem {
  readonly object: string;
  readonly reason: string;
}

/** What may fail without the data being less than whole: it needs an administrator, or names roles that may be gone. */
const optional = new Set([
  'ACL',
  'DEFAULT ACL',
  'COMMENT',
  'SECURITY LABEL',
  'EXTENSION',
  'EVENT TRIGGER',
  'PUBLICATION',
  'PUBLICATION TABLE',
  'PUBLICATION TABLES IN SCHEMA',
  'FOREIGN DATA WRAPPER',
  'SERVER',
  'FOREIGN SERVER',
  'USER MAPPING',
  'FOREIGN TABLE',
  'PROCEDURAL LANGUAGE',
  'TRANSFORM',
  'REFRESH',
]);
const neverRun = new Set(['settings', 'definition']);
/** What a table has with others, which may not be there. */
const bindsToOthers = new Set(['FK CONSTRAINT', 'TRIGGER', 'TABLE ATTACH', 'INDEX ATTACH', 'RULE', 'POLICY']);
/** Where some tables come back alone: what they may need, and nothing that shows other tables. */
const ofWholeOnly = new Set(['VIEW', 'MATERIALIZED VIEW', 'REFRESH', 'PUBLICATION', 'DEFAULT ACL', 'EVENT TRIGGER']);

/**
 * Makes what files hold. @returns what could not be made and need not be.
 * @throws {Failure} `database-refused` naming the first thing that the server did not take; `repository-damaged`.
 */
export async function loadScript(order: LoadingOrder): Promise<LoadProblem[]> {
  const { content, chosen, database, signal } = order;
  const problems: LoadProblem[] = [];
  for await (const item of readScript(content)) {
    signal.throwIfAborted();
    if (!isWanted(item, chosen)) continue;
    const problem = await runItem(order, item);
    if (problem === undefined) continue;
    problems.push({ object: 'content' in item ? item.table : item.name, reason: problem });
    if ('content' in item || isNeeded(item, chosen)) throw refused(database, problems);
  }
  return problems;
}

function isWanted(item: ScriptItem | ScriptRows, chosen: ReadonlySet<string> | undefined): boolean {
  if (neverRun.has(item.kind) || isOfExtension(item)) return false;
  if (chosen === undefined) return true;
  return item.table === undefined ? !ofWholeOnly.has(item.kind) : chosen.has(item.table);
}

/** What it says of itself is there when it is made, and only who made it may say it again. */
function isOfExtension(item: ScriptItem | ScriptRows): boolean {
  return item.kind === 'COMMENT' && 'name' in item && item.name.startsWith('EXTENSION ');
}

function isNeeded(item: ScriptItem, chosen: ReadonlySet<string> | undefined): boolean {
  if (optional.has(item.kind)) return false;
  return chosen === undefined || (item.table !== undefined && !bindsToOthers.has(item.kind));
}

/** @returns why it was refused. */
async function runItem({ session, help }: LoadingOrder, item: ScriptItem | ScriptRows): Promise<string | undefined> {
  for (;;) {
    try {
      if ('content' in item) await session.copyIn(item.sql, item.content);
      else await session.run(item.sql);
      return undefined;
    } catch (error) {
      if (!isSqlError(error)) throw error;
      const isMended = !('content' in item) && (await help?.(error)) === true;
      if (!isMended) return error.message;
    }
  }
}

/** What went before may be why: an extension that only an administrator makes. */
function refused(database: string, problems: readonly LoadProblem[]): Failure<'database-refused'> {
  const told = problems.toReversed().slice(0, 3);
  const problem = told.map(({ object, reason }) => `${object}: ${reason}`).join('; before that: ');
  return new Failure('database-refused', { database, problem });
}

/** The settings of `pg_dump`'s own output, without any path in which a name could be found by accident. */
export async function prepareSession(session: PgSession): Promise<void> {
  await session.rows("SELECT set_config('search_path', '', false)");
}
