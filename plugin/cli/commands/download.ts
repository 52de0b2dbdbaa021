import { Failure, isFailure } from '../../domain/failure.ts';
import type { Answers, PathBytes, PointLine } from '../../protocol/requests.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { parseDatabaseArguments } from '../database-argument.ts';
import type { DatabaseDownload } from '../../protocol/databases.ts';
import { choosePoint } from '../choose-point.ts';
import { namedBy } from '../from-option.ts';
import { describePoint } from '../point-lines.ts';
import { parsePointArgument } from '../restore-point-argument.ts';
import { showPathBytes } from '../show-text.ts';
import { withShownPath } from '../shown-paths.ts';
import { showReason } from './local-copy.ts';

export const downloadCommand: Command = {
  name: 'download',
  usage: 'PATH…|db:NAME[/TABLE]… --at WHEN -o FILE|- [--continue] [--for-old-clients] [--from DESTINATION]',
  arguments: { least: 1, most: Infinity },
  options: ['at', 'output', 'continue', 'for-old-clients', 'from'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const wanted = await readWanted(given, session);
    return wanted.output === '-' ? stream(wanted, session) : keep(wanted, given.has('continue'), session);
  },
};

interface Wanted {
  readonly account: string;
  readonly paths: readonly PathBytes[];
  readonly database: DatabaseDownload | undefined;
  readonly point: PointLine;
  readonly output: string;
  /** The copy, or the archives, that it comes from. */
  readonly from: { readonly from?: string };
}

/** The restore point is settled before the first byte: only then can the rest be fetched another day. */
async function readWanted(given: Given, session: Session): Promise<Wanted> {
  const { texts } = session.page;
  const at = given.option('at');
  if (at === undefined) throw new Failure('invalid-input', { field: '--at', text: '', hint: texts.say('usage.times') });
  const output = given.option('output');
  if (output === undefined) {
    throw new Failure('invalid-input', { field: '--output', text: '', hint: texts.say('usage.output') });
  }
  const { point: asked, notAfter } = parsePointArgument(at, session);
  const { account } = given;
  const database = readDatabase(given, output, session);
  if (database !== undefined && given.has('from')) refuseDatabaseFrom(session);
  const paths = database === undefined ? await session.parsePaths(given.arguments, account) : [];
  const from = namedBy(given, 'from', 'from');
  const point = await findPoint({ account, asked, paths, database: database?.name, ...from }, session);
  for (const line of describePoint(point, notAfter, session.page)) session.talk(line);
  return { account, paths, database, point, output, from };
}

function refuseDatabaseFrom({ page }: Session): never {
  const hint = page.texts.say('usage.fromFiles');
  throw new Failure('invalid-input', { field: page.texts.say('field.option'), text: '--from', hint });
}

interface AskedPoint {
  readonly account: string;
  readonly asked: string;
  readonly paths: readonly PathBytes[];
  readonly database: string | undefined;
  readonly from?: string | undefined;
}

/** Not every restore point has every database, and one of a folder alone has no other. */
async function findPoint({ account, asked, paths, database, from }: AskedPoint, session: Session): Promise<PointLine> {
  if (database !== undefined) {
    return (await session.perform<'databases'>({ kind: 'databases', account, point: asked, database })).point;
  }
  const hint = `${await session.larder(account)} list`;
  const { points } = await session.perform<'list'>({ kind: 'list', account, of: paths, from });
  try {
    return choosePoint(points, asked, hint);
  } catch (error) {
    if (!isFailure(error, 'unknown-restore-point')) throw error;
    const all = await session.perform<'list'>({ kind: 'list', account, from });
    return choosePoint(all.points, asked, hint);
  }
}

/** The name of the file says how it is written; into a pipe it is SQL. */
function readDatabase(given: Given, output: string, session: Session): DatabaseDownload | undefined {
  const named = parseDatabaseArguments(given.arguments, session);
  if (named === undefined) return undefined;
  const format = formats.find((ending) => output.endsWith(`.${ending}`));
  if (format === undefined && output !== '-') {
    const { texts } = session.page;
    throw new Failure('invalid-input', { field: '--output', text: output, hint: texts.say('usage.databaseOutput') });
  }
  const forOldClients = given.has('for-old-clients');
  return { name: named.database, tables: named.tables, format: format ?? 'sql.gz', forOldClients };
}

const formats = ['sql.gz', 'sql.zst', 'csv'] as const;

async function stream({ account, paths, database, point, from }: Wanted, session: Session): Promise<Result> {
  const { writeBytes, page } = session;
  if (writeBytes === undefined) {
    throw new Failure('invalid-input', { field: '--output', text: '-', hint: page.texts.say('usage.noStream') });
  }
  const answer = await session.download(
    { kind: 'download', account, point: point.id, paths, database, offset: 0, ...from },
    writeBytes,
  );
  const { lines, notes, ...result } = describe(answer, '-', session);
  return { ...result, lines: [], notes: [...lines, ...notes] };
}

async function keep(wanted: Wanted, continues: boolean, session: Session): Promise<Result> {
  const { account, paths, database, point, output, from } = wanted;
  const file = session.absolutePath(output);
  const isAgreed = await mayWrite(file, session);
  if (!isAgreed) return stopped(session);
  const part = await session.files.openPart(file, JSON.stringify([account, point.id, paths, database]), continues);
  try {
    if (part.size > 0)
      session.talk(session.page.texts.say('download.continues', { size: session.page.size(part.size) }));
    const request = {
      kind: 'download',
      account,
      point: point.id,
      paths,
      database,
      offset: part.size,
      ...from,
    } as const;
    const answer = await session.download(request, (bytes) => part.write(bytes));
    await part.finish();
    return describe(answer, file, session);
  } catch (error) {
    session.talk(session.page.texts.say('download.begun'));
    throw error;
  } finally {
    await part.close();
  }
}

async function mayWrite(file: string, session: Session): Promise<boolean> {
  const { texts } = session.page;
  const found = session.files.look(file);
  if (found === 'folder') {
    throw new Failure('invalid-input', { field: '--output', text: file, hint: texts.say('usage.output') });
  }
  return found === 'nothing' || session.confirm(texts.say('download.replace', { file }), 'download');
}

function stopped({ page }: Session): Result {
  return {
    schema: 'larder/download/1',
    answer: {},
    exitCode: 130,
    lines: [],
    notes: [page.texts.say('download.stopped')],
  };
}

const problemsShown = 10;

function describe(answer: Answers['download'], file: string, { page }: Session): Result {
  const { texts } = page;
  const { problemCount, problems } = answer;
  const to = file === '-' ? texts.say('download.stdout') : file;
  const facts = { count: answer.files, size: page.size(answer.bytes), file: to };
  const shown = problems.slice(0, problemsShown).map(({ path, reason }) => {
    return `    ${texts.say('restore.changed', { path: showPathBytes(path), reason: showReason(reason, page) })}`;
  });
  const more = problemCount - shown.length;
  return {
    schema: 'larder/download/1',
    answer: { ...answer, file, problems: problems.map(withShownPath) },
    exitCode: problemCount > 0 ? 3 : 0,
    lines: [page.mark(problemCount > 0 ? 'warning' : 'good', texts.say('download.done', facts))],
    notes: [
      ...(problemCount === 0 ? [] : [page.mark('warning', texts.say('zip.problems', { count: problemCount }))]),
      ...shown,
      ...(more > 0 ? [`    ${texts.say('coverage.more', { count: more })}`] : []),
    ],
  };
}
