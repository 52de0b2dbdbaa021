import type {
  StoredDefinitions,
  StoredEvent,
  StoredRoutine,
  StoredTrigger,
  StoredView,
} from '../../domain/stored-database.ts';
import { isSqlError, type SqlSession } from './admin-session.ts';
import { heldBack, isDefinedBy, isDefinition, withoutDefiner } from './definer.ts';
import { isLocked } from './exchange-tables.ts';
import { quoteName, quoteText } from './sql-text.ts';

export interface DefinitionProblem {
  /** Name of the view, routine, trigger or event. */
  readonly object: string;
  readonly reason: string;
}

export interface MakeOptions {
  /**
   * `own`: whoever the session is becomes their definer. `kept`: definers stay; only for what this server itself said,
   * and only where it begins as the server writes it.
   */
  readonly definer: 'own' | 'kept';
  /** Whether events may run. */
  readonly eventsRun: boolean;
}

type Definition = StoredRoutine | StoredView | StoredTrigger | StoredEvent;

/**
 * Makes views, routines, triggers and events in the database that the session works in. What refers to each other is
 * tried until nothing more succeeds. Each is one statement: several in one text are refused by the server.
 * @returns those that could not be made. @throws {SqlError} where somebody works in the table of one that was there before
 * (`kept`): it can be made later.
 */
export async function makeDefinitions(
  session: SqlSession,
  { routines, views, triggers, events }: StoredDefinitions,
  options: MakeOptions,
): Promise<DefinitionProblem[]> {
  return [
    ...(await makeAll(session, routines, options)),
    ...(await makeAll(session, views, options)),
    ...(await makeAll(session, triggers, options)),
    ...(await makeAll(session, events, options)),
  ];
}

async function makeAll(
  session: SqlSession,
  wanted: readonly Definition[],
  options: MakeOptions,
): Promise<DefinitionProblem[]> {
  let left = wanted;
  for (;;) {
    const failed: { readonly definition: Definition; readonly problem: DefinitionProblem }[] = [];
    for (const definition of left) {
      const reason = await makeOne(session, definition, options);
      if (reason !== undefined) failed.push({ definition, problem: { object: definition.name, reason } });
    }
    if (failed.length === 0 || failed.length === left.length) return failed.map(({ problem }) => problem);
    left = failed.map(({ definition }) => definition);
  }
}

/** @returns why it could not be made. */
async function makeOne(session: SqlSession, definition: Definition, options: MakeOptions): Promise<string | undefined> {
  const sql = textFor(definition, options);
  if (sql === undefined) return 'it does not read as the server writes it';
  try {
    await session.run(settingsFor(definition));
    await session.run(sql);
    return undefined;
  } catch (error) {
    if (!isSqlError(error) || (options.definer === 'kept' && isLocked(error))) throw error;
    return error.message;
  } finally {
    await session.run('SET NAMES utf8mb4');
  }
}

function textFor(definition: Definition, { definer, eventsRun }: MakeOptions): string | undefined {
  if (!isDefinition(definition.sql)) return undefined;
  if (definer === 'kept' && !isDefinedBy(definition.sql, definition.definer)) return undefined;
  const sql = definer === 'kept' ? definition.sql : withoutDefiner(definition.sql);
  return 'timeZone' in definition && !eventsRun ? heldBack(sql) : sql;
}

/** All in one `SET`. The text travels as UTF-8, so only what is ASCII may be told to be of another character set. */
function settingsFor(definition: Definition): string {
  const isPlain = /^[\x01-\x7f]*$/.test(definition.sql);
  const settings = [
    `character_set_client = ${isPlain ? quoteText(definition.charset) : "'utf8mb4'"}`,
    `collation_connection = ${quoteText(definition.connectionCollation)}`,
    `sql_mode = ${quoteText('sqlMode' in definition ? definition.sqlMode : '')}`,
    ...('timeZone' in definition ? [`time_zone = ${quoteText(definition.timeZone)}`] : []),
  ];
  return `SET ${settings.join(', ')}`;
}

/** Drops them where they are there. Routines and packages by their kind. */
export async function dropDefinitions(
  session: SqlSession,
  { routines, views, triggers, events }: StoredDefinitions,
): Promise<void> {
  for (const { name } of events) await session.run(`DROP EVENT IF EXISTS ${quoteName(name)}`);
  for (const { name } of triggers) await session.run(`DROP TRIGGER IF EXISTS ${quoteName(name)}`);
  for (const { name } of views) await session.run(`DROP VIEW IF EXISTS ${quoteName(name)}`);
  for (const { name, kind } of routines) await session.run(`DROP ${kind.toUpperCase()} IF EXISTS ${quoteName(name)}`);
}
