import { Failure } from '../../domain/failure.ts';
import type { ReportDocument } from '../../domain/report-document.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import type { Page } from '../page.ts';
import { toCsv } from '../report-csv.ts';
import { toReportDocument } from '../report-document.ts';
import { parsePointArgument } from '../restore-point-argument.ts';
import { renderTable } from '../table.ts';

const usualDays = 30;
const dayMilliseconds = 86_400_000;

export const reportCommand: Command = {
  name: 'report',
  usage: '[--since WHEN] [--until WHEN] [--csv FILE] [--pdf FILE]',
  arguments: { least: 0, most: 0 },
  options: ['since', 'until', 'csv', 'pdf'],
  account: 'none',
  audience: 'administrator',
  run: async (given, session) => {
    const now = session.now();
    const from =
      parseTime(given, 'since', session) ?? new Date(now.getTime() - usualDays * dayMilliseconds).toISOString();
    const to = parseTime(given, 'until', session) ?? now.toISOString();
    const answer = await session.perform<'report'>({ kind: 'report', from, to });
    const document = toReportDocument(answer, session.page);
    const csv = given.option('csv');
    const pdf = given.option('pdf');
    const written = [
      ...(csv === undefined ? [] : [await writeFile(csv, Buffer.from(toCsv(answer)), session)]),
      ...(pdf === undefined ? [] : [await writeFile(pdf, await session.renderPdf(document), session)]),
    ];
    const lines = written.length > 0 ? written : renderLines(document, session.page);
    return { schema: 'larder/report/1', answer, exitCode: 0, lines, notes: [] } satisfies Result;
  },
};

/** @throws {Failure} `invalid-input`. */
function parseTime(given: Given, option: 'since' | 'until', session: Session): string | undefined {
  const typed = given.option(option);
  if (typed === undefined) return undefined;
  const { notAfter } = parsePointArgument(typed, session);
  if (notAfter !== undefined) return notAfter;
  throw new Failure('invalid-input', {
    field: `--${option}`,
    text: typed,
    hint: session.page.texts.say('usage.times'),
  });
}

async function writeFile(typed: string, bytes: Uint8Array, session: Session): Promise<string> {
  const file = session.absolutePath(typed);
  const part = await session.files.openPart(file, 'report', false);
  try {
    await part.write(bytes);
    await part.finish();
  } finally {
    await part.close();
  }
  const { texts, size } = session.page;
  return session.page.mark('good', texts.say('report.written', { file, size: size(bytes.length) }));
}

function renderLines({ title, subtitle, tiles, sections }: ReportDocument, page: Page): string[] {
  const marks = { good: 'good', plain: 'good', warning: 'warning', bad: 'bad' } as const;
  return [
    page.paint('bold', title),
    page.paint('grey', subtitle),
    '',
    ...tiles.map(({ label, value, tone }) => page.mark(marks[tone], `${label}: ${value}`)),
    ...sections.flatMap(({ heading, paragraphs, table }) => [
      '',
      page.paint('bold', heading),
      ...paragraphs,
      ...(table === undefined ? [] : renderTable(table.columns, table.rows, page.paint)),
    ]),
  ];
}
