import { isFailure } from '../../domain/failure.ts';
import type { JobLine } from '../../protocol/jobs.ts';
import type { PointLine } from '../../protocol/requests.ts';
import { askedPage, cutPage } from '../paging.ts';
import {
  eventsOfAudit,
  eventsOfJobs,
  eventsOfPoints,
  groupEvents,
  type ActivityGroup,
  type KnownEnding,
} from '../presenters/activity.ts';
import { findBigChanges } from '../presenters/big-change.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';

/** What happened to the account: backups, restores, and who had to do with them. */
export const activityRoutes: readonly Route[] = [
  { method: 'GET', path: '/activity', access: 'account', answer: showActivity },
];

const perPage = 60;
const mostJobs = 200;
const mostEntries = 500;
/** Of so many restores it is told what they brought back. */
const mostEndings = 12;
const filters: readonly ActivityGroup[] = ['restores', 'backups', 'people'];

async function showActivity(visit: AccountVisit): Promise<Reply> {
  const { ask, account, now, query, say, formats, link } = visit;
  const [{ jobs }, points, { entries }] = await Promise.all([
    ask({ kind: 'jobs', account, limit: mostJobs }),
    pointsOf(visit),
    ask({ kind: 'audit', account, limit: mostEntries }),
  ]);
  const tools = { say, formats, link };
  const shown = filters.find((filter) => filter === query('show'));
  const all = [
    ...eventsOfJobs(jobs, await endingsOf(visit, jobs), tools),
    ...eventsOfPoints(points, bigChanges(points), tools),
    ...eventsOfAudit(entries, tools),
  ].filter(({ group }) => shown === undefined || group === shown);
  const events = all.toSorted((one, other) => other.at.localeCompare(one.at));
  const { shown: listed, page: at, pages } = cutPage(events, askedPage(query('page')), perPage);
  return page('activity', {
    title: say('acty.title'),
    shown,
    days: groupEvents(listed, now, tools),
    newer: at > 1 ? at - 1 : undefined,
    older: at < pages ? at + 1 : undefined,
  });
}

/** Safety copies belong to their restores. */
async function pointsOf({ ask, account }: AccountVisit): Promise<PointLine[]> {
  try {
    return (await ask({ kind: 'list', account })).points.filter(({ kind }) => kind !== 'before-restore');
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return [];
    throw error;
  }
}

function bigChanges(points: readonly PointLine[]): Map<string, { point: string; files: number }> {
  return new Map(findBigChanges(points).map(({ point, before, files }) => [point.id, { point: before.id, files }]));
}

async function endingsOf({ ask, account }: AccountVisit, jobs: readonly JobLine[]): Promise<Map<string, KnownEnding>> {
  const restores = jobs.filter(({ kind, state }) => kind === 'run-plan' && state === 'done').slice(0, mostEndings);
  const endings = restores.map(async ({ id }): Promise<[string, KnownEnding]> => {
    return [id, toEnding((await ask({ kind: 'follow', account, job: id })).result)];
  });
  return new Map(await Promise.all(endings));
}

/** A receipt of files or of a database, as far as it can be told. */
function toEnding(result: unknown): KnownEnding {
  const receipt = fields(result);
  const counts = fields(receipt['counts']);
  const database = receipt['database'];
  const items = ['comesBack', 'replaced', 'deleted'].map((name) => counts[name]);
  const isCounted = typeof database !== 'string' && items.every((count) => typeof count === 'number');
  const pointTime = fields(receipt['point'])['time'];
  return {
    isUndo: receipt['purpose'] === 'undo' || receipt['purpose'] === 'undo-database',
    pointTime: typeof pointTime === 'string' ? pointTime : undefined,
    items: isCounted ? items.reduce((sum, count) => sum + count, 0) : undefined,
    database: typeof database === 'string' ? database : undefined,
  };
}

function fields(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {};
}
