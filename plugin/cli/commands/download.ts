import { Failure, isFailure } from '../../domain/failure.ts';
import { redisNamed } from '../../domain/redis-name.ts';
import type { PathBytes, PointLine } from '../../protocol/requests.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { parseDatabaseArguments, parseRedisArgument } from '../database-argument.ts';
import type { DatabaseDownload } from '../../protocol/databases.ts';
import { choosePoint } from '../choose-point.ts';
import { namedBy } from '../from-option.ts';
import { describeDownload, keepDownload, type WantedDownload } from '../keep-download.ts';
import { readPassphrase } from '../passphrase-argument.ts';
import { describePoint } from '../point-lines.ts';
import { parsePointArgument } from '../restore-point-argument.ts';

export const downloadCommand: Command = {
  name: 'download',
  usage:
    'PATH…|db:NAME[/TABLE]…|redis:NAME --at WHEN -o FILE|- [--continue] [--for-old-clients] [--from DESTINATION] [--passphrase-file FILE|-]',
  arguments: { least: 1, most: Infinity },
  options: ['at', 'output', 'continue', 'for-old-clients', 'from', 'passphrase-file'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const wanted = await readWanted(given, session);
    if (wanted.output === '-') return stream(wanted, session);
    return keepDownload(wanted, given.has('continue'), session);
  },
};

/** The restore point is settled before the first byte: only then can the rest be fetched another day. */
async function readWanted(given: Given, session: Session): Promise<WantedDownload> {
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
  const point = await findPoint({ account, asked, paths, database: nameToFind(database), ...from }, session);
  for (const line of describePoint(point, notAfter, session.page)) session.talk(line);
  const isSealed = point.kind === 'own';
  const passphrase = isSealed ? { passphrase: await readPassphrase(given, session) } : {};
  return { account, paths, database, point, output, from: { ...from, ...passphrase } };
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
    if (isListed(all.points, asked)) return choosePoint(all.points, asked, hint);
    return (await session.perform<'browse'>({ kind: 'browse', account, point: asked, path: '', marks: false, from }))
      .point;
  }
}

/** An id that stands in no list may be one from before keys were renewed, which only the repository knows. */
function isListed(points: readonly PointLine[], asked: string): boolean {
  return !/^[0-9a-f]{8,64}$/.test(asked) || points.some(({ id }) => id.startsWith(asked));
}

function nameToFind(database: DatabaseDownload | undefined): string | undefined {
  return database?.format === 'rdb' ? redisNamed(database.name) : database?.name;
}

/** The name of the file says how it is written; into a pipe it is SQL. */
function readDatabase(given: Given, output: string, session: Session): DatabaseDownload | undefined {
  const redis = parseRedisArgument(given.arguments, session);
  if (redis !== undefined) return { name: redis, tables: [], format: 'rdb', forOldClients: false };
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

async function stream({ account, paths, database, point, from }: WantedDownload, session: Session): Promise<Result> {
  const { writeBytes, page } = session;
  if (writeBytes === undefined) {
    throw new Failure('invalid-input', { field: '--output', text: '-', hint: page.texts.say('usage.noStream') });
  }
  const answer = await session.download(
    { kind: 'download', account, point: point.id, paths, database, offset: 0, ...from },
    writeBytes,
  );
  const { lines, notes, ...result } = describeDownload(answer, '-', session);
  return { ...result, lines: [], notes: [...lines, ...notes] };
}
