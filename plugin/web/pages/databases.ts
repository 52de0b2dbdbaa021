import type { DatabaseTarget } from '../../domain/database-plan.ts';
import { isFailure, type Failure } from '../../domain/failure.ts';
import { showName } from '../../domain/show-name.ts';
import type { PointLine } from '../../protocol/requests.ts';
import { nameFromAddress } from '../paths.ts';
import { presentDatabase, presentTiles, type DatabaseHow, type PresentedDatabase } from '../presenters/databases.ts';
import { groupByDay } from '../presenters/timeline.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';
import { errorWords } from './error.ts';
import { choosePoint, countMailboxes, listPoints } from './restore.ts';

/** Databases of a restore point: which, and how they come back. */
export const databaseRoutes: readonly Route[] = [
  { method: 'GET', path: '/databases', access: 'account', answer: (visit) => showDatabases(visit) },
  { method: 'POST', path: '/databases', access: 'account', answer: planDatabase },
];

/** What was wrong with a form: the page says it, and keeps what was ticked. */
interface Said {
  readonly word: 'none' | 'together';
  readonly names: readonly string[];
}

async function showDatabases(visit: AccountVisit, said?: Said): Promise<Reply> {
  const { ask, account, query, say, formats } = visit;
  const points = await listPoints(visit);
  if (points.length === 0) return redirect(visit.link('/restore'));
  const point = choosePoint(points, query('at'));
  const { databases } = await ask({ kind: 'databases', account, point: point.id });
  const tiles = presentTiles(databases, nameFromAddress(query('db')));
  const chosen = databases[tiles.findIndex(({ isChosen }) => isChosen)];
  const database = chosen === undefined ? undefined : await presentChosen(visit, point, chosen.name);
  const days = groupByDay(points, formats);
  const status = said === undefined ? 200 : 409;
  return page(
    'databases',
    {
      title: say('db.title'),
      point,
      times: days.find(({ date }) => date === formats.day(point.time))?.points ?? [],
      tiles,
      database,
      mailboxes: isOfHome(point) ? await countMailboxes(visit, point) : 0,
      how: howOf(visit.field('how') ?? query('how'), database),
      said: said?.word,
      together: formats.list((said?.names ?? []).map((name) => showName(name))),
      place: { draft: query('draft'), at: point.id },
      here: visit.link('/databases', { at: point.id, db: database?.address, draft: query('draft') }),
    },
    status,
  );
}

/** Every few hours databases are backed up alone. */
function isOfHome({ kind }: PointLine): boolean {
  return kind !== 'database';
}

async function presentChosen(visit: AccountVisit, point: PointLine, name: string): Promise<PresentedDatabase> {
  const report = await visit.ask({ kind: 'tables', account: visit.account, point: point.id, database: name });
  return presentDatabase(report, name, new Set(tickedIn(visit)));
}

/** Where nothing is there to be lost, it goes where it was. */
function howOf(word: string | undefined, database: PresentedDatabase | undefined): DatabaseHow {
  if (database?.isLive === false) return word === 'beside' ? word : 'replace';
  return word === 'some' || word === 'replace' ? word : 'beside';
}

function tickedIn({ fields }: AccountVisit): string[] {
  return fields('table').flatMap((address) => nameFromAddress(address) ?? []);
}

/** Makes the plan of what was chosen. */
async function planDatabase(visit: AccountVisit): Promise<Reply> {
  const { ask, account, query, field, link } = visit;
  const database = nameFromAddress(query('db'));
  const point = query('at');
  if (database === undefined || point === undefined) return errorWords('missing', 404, visit);
  const how = field('how') ?? 'beside';
  const tables = how === 'some' ? tickedIn(visit) : [];
  if (how === 'some' && tables.length === 0) return showDatabases(visit, { word: 'none', names: [] });
  const target = targetOf(how, field('some'));
  try {
    const { plan } = await ask({ kind: 'plan-database', account, point, database, tables, target });
    return redirect(link(`/plans/${plan}`, { draft: query('draft') }));
  } catch (error) {
    const names = isFailure(error, 'restore-refused') ? boundIn(error) : [];
    if (names.length === 0) throw error;
    return showDatabases(visit, { word: 'together', names });
  }
}

/** @param some where chosen tables go: `beside` when they cannot take the place of live ones. */
function targetOf(how: string, some: string | undefined): DatabaseTarget {
  const isBeside = how === 'beside' || (how === 'some' && some === 'beside');
  return isBeside ? { kind: 'beside', name: undefined } : { kind: 'replace' };
}

/** Tables that foreign keys bind together. */
function boundIn({ facts }: Failure): readonly string[] {
  const tables = 'tables' in facts ? facts.tables : undefined;
  return Array.isArray(tables) ? tables.filter((name): name is string => typeof name === 'string') : [];
}
