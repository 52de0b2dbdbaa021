import { Failure } from '../domain/failure.ts';
import { redisNameOf } from '../domain/redis-name.ts';
import type { Session } from './command.ts';

/** What `db:shop` and `db:shop/wp_options` name. */
export interface DatabaseArgument {
  readonly database: string;
  /** None: all of it. */
  readonly tables: readonly string[];
}

const prefix = 'db:';

export function isDatabaseArgument(typed: string): boolean {
  return typed.startsWith(prefix);
}

/**
 * Reads words of which the first begins with `db:`; undefined when it does not. A file of such a name is `./db:…`.
 * @throws {Failure} `invalid-input` when they do not all name tables of one database.
 */
export function parseDatabaseArguments(typed: readonly string[], session: Session): DatabaseArgument | undefined {
  if (typed[0] === undefined || !isDatabaseArgument(typed[0])) return undefined;
  const parsed = typed.map((word) => parseOne(word, session));
  const [first] = parsed;
  const tables = parsed.flatMap(({ table }) => (table === undefined ? [] : [table]));
  const isOne = parsed.every(({ database }) => database === first?.database);
  if (first === undefined || !isOne || (tables.length > 0 && tables.length < parsed.length)) {
    throw refuse(typed.join(' '), session);
  }
  return { database: first.database, tables };
}

function parseOne(word: string, session: Session): { readonly database: string; readonly table: string | undefined } {
  const text = word.slice(prefix.length);
  const at = text.indexOf('/');
  const database = at < 0 ? text : text.slice(0, at);
  const table = at < 0 ? undefined : text.slice(at + 1);
  if (!isDatabaseArgument(word) || database === '' || table === '') throw refuse(word, session);
  return { database, table };
}

/** What `redis:shop` names, alone; undefined for other words. @throws {Failure} `invalid-input`. */
export function parseRedisArgument(typed: readonly string[], session: Session): string | undefined {
  const [first = ''] = typed;
  const name = redisNameOf(first);
  if (name === undefined) return undefined;
  if (name !== '' && typed.length === 1) return name;
  const { texts } = session.page;
  const text = typed.join(' ');
  throw new Failure('invalid-input', { field: texts.say('field.argument'), text, hint: texts.say('usage.redis') });
}

function refuse(text: string, { page }: Session): Failure<'invalid-input'> {
  return new Failure('invalid-input', {
    field: page.texts.say('field.argument'),
    text,
    hint: page.texts.say('usage.database'),
  });
}
