import { Failure } from '../../domain/failure.ts';
import type { Command, Result, Session } from '../command.ts';
import { parseDatabaseArguments } from '../database-argument.ts';
import { describePoint } from '../point-lines.ts';
import { parsePointArgument, type PointArgument } from '../restore-point-argument.ts';
import { showText } from '../show-text.ts';
import { renderTable } from '../table.ts';
import { renderTables, summariseTables } from '../table-lines.ts';

export const tablesCommand: Command = {
  name: 'tables',
  usage: 'POINT db:NAME[/TABLE]',
  arguments: { least: 2, most: 2 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account, arguments: [typedPoint = '', typed = ''] }, session) => {
    const point = parsePointArgument(typedPoint, session);
    const named = parseDatabaseArguments([typed], session);
    if (named === undefined) {
      const { texts } = session.page;
      throw new Failure('invalid-input', {
        field: texts.say('field.argument'),
        text: typed,
        hint: texts.say('usage.database'),
      });
    }
    const { database, tables } = named;
    const [table] = tables;
    return table === undefined
      ? listTables({ account, database }, point, session)
      : lookAtTable({ account, database, table }, point, session);
  },
};

async function listTables(
  asked: { readonly account: string; readonly database: string },
  { point, notAfter }: PointArgument,
  { page, perform, talk }: Session,
): Promise<Result> {
  const answer = await perform<'tables'>({ kind: 'tables', ...asked, point });
  for (const line of describePoint(answer.point, notAfter, page)) talk(line);
  return {
    schema: 'larder/tables/1',
    answer,
    exitCode: 0,
    lines: renderTables(answer.tables, page),
    notes: summariseTables(answer, page),
  };
}

async function lookAtTable(
  asked: { readonly account: string; readonly database: string; readonly table: string },
  { point, notAfter }: PointArgument,
  { page, perform, talk }: Session,
): Promise<Result> {
  const answer = await perform<'table'>({ kind: 'table', ...asked, point });
  for (const line of describePoint(answer.point, notAfter, page)) talk(line);
  const columns = answer.columns.map((title) => ({ title: showText(title) }));
  const rows = answer.sample.map((row) => row.map((value) => value ?? 'NULL'));
  return {
    schema: 'larder/table/1',
    answer,
    exitCode: 0,
    lines: [
      ...renderTables([answer.table], page),
      '',
      ...(answer.definition ?? '').split('\n').map((line) => showText(line)),
      '',
      ...renderTable(columns, rows, page.paint),
    ],
    notes: [],
  };
}
