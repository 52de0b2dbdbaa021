import { isFailure } from '../../domain/failure.ts';
import type { BrowseWindow } from '../../protocol/chosen-copy.ts';
import type { DraftReport } from '../../protocol/drafts.ts';
import type { DiffReport, BrowseReport } from '../../protocol/history.ts';
import type { MailboxesReport } from '../../protocol/mailboxes.ts';
import type { PathBytes, PointLine } from '../../protocol/requests.ts';
import { fromAddress, toAddress } from '../paths.ts';
import { findBigChanges } from '../presenters/big-change.ts';
import { presentBasket } from '../presenters/basket.ts';
import { presentFolder, rowsOnPage, type RowFilter } from '../presenters/folder.ts';
import { mailboxesOnPage, presentMailboxes } from '../presenters/mailboxes.ts';
import { presentProven } from '../presenters/proven.ts';
import { presentSearch } from '../presenters/search.ts';
import { groupByDay, planTimeline } from '../presenters/timeline.ts';
import { homePoints, presentWhen, shownPoints } from '../presenters/when.ts';
import { page, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';

const usualFolder = Buffer.from('public_html').toString('base64');
const mostFound = 60;
/** Of who has no promise of its own. */
const usualRpoHours = 26;
const mostDifferences = 10_000;

/** When, what, and what will happen: the page that everything begins on. */
export async function showRestore(visit: AccountVisit): Promise<Reply> {
  const { ask, account } = visit;
  // One question at a time of those that a reading process answers: only so many of an account may wait.
  const [{ jobs }, { isSealed, sealed, listed, proven }] = await Promise.all([
    ask({ kind: 'jobs', account, limit: 20 }),
    askAboutBackups(visit),
  ]);
  const points = homePoints(listed);
  if (points.length === 0)
    return firstPage(
      visit,
      jobs.some(({ state }) => state === 'running' || state === 'waiting'),
      { isSealed, sealed },
    );
  const draft = await findDraft(visit);
  const point = choosePoint(points, visit.query('at') ?? draft?.point);
  const place = { draft: draft?.draft, at: point.id };
  const [what, foreseen] = await Promise.all([presentWhat(visit, point, draft), foresee(visit, point, draft)]);
  return page('restore', {
    title: visit.say('restore.title'),
    ...presentWhole(visit, points, { point, isSealed }),
    isSealed,
    proven: presentProven({ proven, points, formats: visit.formats, now: visit.now }),
    ...what,
    basket: presentBasket(draft, point, foreseen),
    place,
    here: whereItIs(visit, place),
    said: noticeOf(visit),
    running: jobs.find(({ kind, state }) => kind === 'run-plan' && (state === 'running' || state === 'waiting'))?.id,
    undo: jobs.find(({ undoUntil }) => undoUntil !== undefined),
  });
}

async function askAboutBackups(visit: AccountVisit) {
  const { ask, account } = visit;
  const { isOn: isSealed, sealed } = await ask({ kind: 'passphrase', account });
  const listed = await listPoints(visit);
  const { proven } = await ask({ kind: 'drills', account, limit: 1 });
  return { isSealed, sealed: sealed.count, listed, proven };
}

/** Restore points that can be chosen, oldest first; none before the first backup. */
export async function listPoints({ ask, account }: Pick<AccountVisit, 'ask' | 'account'>): Promise<PointLine[]> {
  try {
    return shownPoints((await ask({ kind: 'list', account })).points);
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return [];
    throw error;
  }
}

/** Nothing that can be chosen here. @param own whether the account has a passphrase of its own, and how many backups open with it alone. */
function firstPage(
  { say }: AccountVisit,
  isRunning: boolean,
  own: { readonly isSealed: boolean; readonly sealed: number },
): Reply {
  return page('empty', { title: say(own.sealed > 0 ? 'empty.own_h1' : 'empty.h1'), isRunning, ...own });
}

async function findDraft({ ask, account, query }: AccountVisit): Promise<DraftReport | undefined> {
  const draft = query('draft');
  return draft === undefined ? undefined : ask({ kind: 'draft', account, draft, change: undefined });
}

/** What will happen, where that is known at once: else the next page says it. */
async function foresee(
  { ask, account }: AccountVisit,
  point: PointLine,
  draft: DraftReport | undefined,
): Promise<DraftReport['foreseen']> {
  if (draft === undefined || draft.paths.length === 0) return undefined;
  const told = await ask({ kind: 'draft', account, draft: draft.draft, change: undefined, foresee: point.id });
  return told.foreseen;
}

/** An address may name a restore point that is no longer kept: then it is the newest. */
export function choosePoint(points: readonly PointLine[], id: string | undefined): PointLine {
  const found = points.find((point) => point.id === id) ?? points.at(-1);
  if (found === undefined) throw new TypeError('there is no restore point to choose');
  return found;
}

interface ChosenPoint {
  readonly point: PointLine;
  /** Newer backups are sealed with the account's own passphrase: that none of these is new is as it should be. */
  readonly isSealed: boolean;
}

function presentWhole(
  { formats, query, now, who }: AccountVisit,
  points: readonly PointLine[],
  { point, isSealed }: ChosenPoint,
) {
  const big = findBigChanges(points);
  const days = groupByDay(points, formats);
  const chosen = formats.day(point.time);
  const timeline = planTimeline({ days, big, chosen, until: query('until') });
  return {
    timeline,
    when: presentWhen({
      points,
      days,
      big,
      point,
      formats,
      now,
      rpoHours: isSealed ? Infinity : (who.rpoHours ?? usualRpoHours),
    }),
  };
}

async function presentWhat(visit: AccountVisit, point: PointLine, draft: DraftReport | undefined) {
  const { ask, account, query } = visit;
  const kind = kindOf(query('kind'));
  const name = query('q')?.trim() ?? '';
  const pageNumber = Math.max(1, Number.parseInt(query('page') ?? '1', 10) || 1);
  if (kind === 'mail') {
    const mail = presentMailboxes(await askMailboxes(visit, point, pageNumber), draft, pageNumber);
    return { kind, mail, mailboxes: mail.total, folder: undefined, search: undefined };
  }
  if (kind === 'all')
    return { kind, mailboxes: await countMailboxes(visit, point), folder: undefined, search: undefined };
  if (name !== '') {
    const found = await ask({ kind: 'find', account, name: name.slice(0, 200), point: undefined, limit: mostFound });
    const search = presentSearch(found, name, point, draft);
    return { kind, mailboxes: await countMailboxes(visit, point), folder: undefined, search };
  }
  const isCounting = query('count') !== undefined;
  const browsed = await browseFolder(visit, point, isCounting ? undefined : windowOf(visit, pageNumber));
  const diff = isCounting ? await countDifferences(visit, point, browsed.path) : undefined;
  const folder = presentFolder({ browsed, diff, draft, filter: filterOf(query('show')), page: pageNumber });
  return {
    kind,
    folder,
    mailboxes: browsed.mailboxes ?? 0,
    search: undefined,
    filter: filterOf(query('show')),
    isCounted: diff?.isComplete === true,
  };
}

function kindOf(word: string | undefined): 'all' | 'mail' | 'files' {
  return word === 'all' || word === 'mail' ? word : 'files';
}

function askMailboxes({ ask, account }: AccountVisit, point: PointLine, page: number): Promise<MailboxesReport> {
  const offset = (page - 1) * mailboxesOnPage;
  return ask({ kind: 'mailboxes', account, point: point.id, offset, limit: mailboxesOnPage });
}

/** How many there are in a restore point. */
export async function countMailboxes(
  { ask, account }: Pick<AccountVisit, 'ask' | 'account'>,
  point: PointLine,
): Promise<number> {
  return (await ask({ kind: 'mailboxes', account, point: point.id, offset: 0, limit: 0 })).total;
}

/** The folder of the address; without one that of the site, where there is one. */
async function browseFolder(
  { ask, account, query }: AccountVisit,
  point: PointLine,
  window: BrowseWindow | undefined,
): Promise<BrowseReport> {
  const asked = fromAddress(query('path'));
  const browse = (path: PathBytes) =>
    ask({ kind: 'browse', account, point: point.id, path, marks: true, window, mail: true });
  if (asked !== undefined) return browse(asked);
  try {
    return await browse(usualFolder);
  } catch (error) {
    if (isFailure(error, 'not-found')) return browse('');
    throw error;
  }
}

/** What of the folder is on a page, unless differences inside its folders are to be counted: then all of it is needed. */
function windowOf({ query }: AccountVisit, page: number): BrowseWindow {
  return { offset: (page - 1) * rowsOnPage, limit: rowsOnPage, only: filterOf(query('show')) };
}

function countDifferences({ ask, account }: AccountVisit, point: PointLine, path: PathBytes): Promise<DiffReport> {
  return ask({ kind: 'diff', account, from: point.id, to: 'now', path, limit: mostDifferences });
}

export function filterOf(word: string | undefined): RowFilter {
  return word === 'gone' || word === 'changed' ? word : 'all';
}

/** Where one is, to be kept by links and forms. */
function whereItIs({ link, query }: AccountVisit, place: { draft: string | undefined; at: string }): string {
  return link('/restore', {
    ...place,
    path: toAddressOrNothing(query('path')),
    kind: kindOf(query('kind')) === 'files' ? undefined : query('kind'),
    show: query('show'),
    q: query('q'),
    page: query('page'),
    until: query('until'),
  });
}

function toAddressOrNothing(path: string | undefined): string | undefined {
  const bytes = fromAddress(path);
  return bytes === undefined ? undefined : toAddress(bytes);
}

const notices = ['none', 'gone', 'much'];

function noticeOf({ query }: AccountVisit): string | undefined {
  const said = query('said');
  return said !== undefined && notices.includes(said) ? said : undefined;
}
