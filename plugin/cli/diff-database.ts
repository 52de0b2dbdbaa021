import { Failure } from '../domain/failure.ts';
import type { Given, Result, Session } from './command.ts';
import { parseDatabaseArguments, isDatabaseArgument } from './database-argument.ts';
import { describePoint } from './point-lines.ts';
import { parsePointArgument } from './restore-point-argument.ts';
import { describeTableChanges, summariseTables } from './table-lines.ts';

/** `diff POINT [now] db:NAME`: tables that are another now. Undefined when no database is named. */
export async function diffDatabase(given: Given, session: Session): Promise<Result | undefined> {
  const [typedPoint = '', second = '', third] = given.arguments;
  const typed = third ?? second;
  if (!isDatabaseArgument(typed)) return undefined;
  const named = parseDatabaseArguments([typed], session);
  const { texts } = session.page;
  const isWithNow = third === undefined || second.trim().toLowerCase() === 'now';
  if (named === undefined || named.tables.length > 0 || !isWithNow) {
    throw new Failure('invalid-input', {
      field: texts.say('field.argument'),
      text: given.arguments.slice(1).join(' '),
      hint: texts.say('usage.databaseDiff'),
    });
  }
  const { account } = given;
  const { point, notAfter } = parsePointArgument(typedPoint, session);
  const answer = await session.perform<'tables'>({ kind: 'tables', account, point, database: named.database });
  for (const line of describePoint(answer.point, notAfter, session.page)) session.talk(line);
  const lines = describeTableChanges(answer.tables, session.page);
  return {
    schema: 'larder/tables/1',
    answer,
    exitCode: 0,
    lines,
    notes: [...(lines.length === 0 ? [texts.say('tables.noneDiffers')] : []), ...summariseTables(answer, session.page)],
  };
}
