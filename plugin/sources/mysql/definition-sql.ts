/** Definitions as files that the stock client loads. */
import type {
  DefinitionSettings,
  StoredDefinitions,
  StoredEvent,
  StoredRoutine,
  StoredTrigger,
  StoredView,
} from '../../domain/stored-database.ts';
import { storedNames } from '../../domain/stored-database.ts';
import { sqlBegin, sqlEnd } from './sql-frame.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** Each by the name of its file; kinds of which there are none have no file. */
export function definitionFiles({ routines, views, triggers, events }: StoredDefinitions): [string, Buffer][] {
  const working = views.filter(({ columns }) => columns.length > 0);
  const files: [string, string[]][] = [
    [storedNames.routines, routines.map(routineSql)],
    [storedNames.views, [...working.map(placeholderSql), ...working.map(viewSql)]],
    [storedNames.triggers, triggers.map(triggerSql)],
    [storedNames.events, events.map(eventSql)],
  ];
  return files.filter(([, texts]) => texts.length > 0).map(([name, texts]) => [name, inFrame(texts)]);
}

export function inFrame(texts: readonly string[]): Buffer {
  return Buffer.concat([sqlBegin, Buffer.from(texts.join('')), sqlEnd]);
}

function routineSql(routine: StoredRoutine): string {
  const drop = `DROP ${routine.kind.toUpperCase()} IF EXISTS ${quoteName(routine.name)};\n`;
  return drop + underSettings(routine, routine.sql);
}

/** Views may refer to one another in any order: first each is there, then each is what it is. */
function placeholderSql({ name, columns }: StoredView): string {
  const shown = columns.map((column) => `1 AS ${quoteName(column)}`).join(', ');
  return `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT ${shown};\n`;
}

function viewSql(view: StoredView): string {
  const sql = view.sql.replace(/^CREATE (?!OR REPLACE )/, 'CREATE OR REPLACE ');
  return underSettings({ ...view, sqlMode: '', databaseCollation: '' }, sql);
}

function triggerSql(trigger: StoredTrigger): string {
  return `DROP TRIGGER IF EXISTS ${quoteName(trigger.name)};\n${underSettings(trigger, trigger.sql)}`;
}

function eventSql(event: StoredEvent): string {
  const zone = `SET time_zone = ${quoteText(event.timeZone)};\n`;
  return `DROP EVENT IF EXISTS ${quoteName(event.name)};\n${zone}${underSettings(event, event.sql)}SET time_zone = '+00:00';\n`;
}

function underSettings({ sqlMode, charset, connectionCollation }: DefinitionSettings, sql: string): string {
  const client = isPlain(sql) ? charset : 'utf8mb4';
  const end = delimiterFor(sql);
  return (
    `SET sql_mode = ${quoteText(sqlMode)}, character_set_client = ${quoteText(client)}, ` +
    `collation_connection = ${quoteText(connectionCollation)};\n` +
    `DELIMITER ${end}\n${sql} ${end}\nDELIMITER ;\n` +
    `SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', character_set_client = utf8mb4, collation_connection = utf8mb4_general_ci;\n`
  );
}

/** The files are UTF-8: only what is ASCII reads the same in another character set. */
const isPlain = (sql: string): boolean => /^[\x01-\x7f]*$/.test(sql);

/** One that the text does not hold. */
function delimiterFor(sql: string): string {
  for (let mark = ';;'; ; mark = `$${mark}`) if (!sql.includes(mark)) return mark;
}
