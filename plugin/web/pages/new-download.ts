import type { DraftReport } from '../../protocol/drafts.ts';
import { showWhole } from '../paths.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';
import { attachment } from './downloads.ts';
import { errorWords } from './error.ts';

/** What was chosen on the restore page, taken away as a zip: at once, or prepared. */
export const newDownloadRoutes: readonly Route[] = [
  { method: 'GET', path: '/downloads/new', access: 'customer', answer: showNew },
  { method: 'GET', path: '/downloads/now', access: 'customer', answer: sendNow },
  { method: 'POST', path: '/downloads', access: 'customer', answer: prepare },
];

interface Chosen {
  readonly draft: string;
  readonly point: string;
  readonly paths: DraftReport['paths'];
}

const mostShown = 50;

async function showNew(visit: AccountVisit): Promise<Reply> {
  const { account, ask, formats, say } = visit;
  const chosen = await findChosen(visit, visit.query('draft'));
  if (chosen === undefined) return errorWords('missing', 404, visit);
  const { points } = await ask({ kind: 'list', account });
  const when = formats.date(points.find(({ id }) => id === chosen.point)?.time ?? '', 'weekdayTime');
  return page('new-download', {
    title: say('down.n_title'),
    when,
    draft: chosen.draft,
    point: chosen.point,
    names: chosen.paths.slice(0, mostShown).map(showWhole),
    more: Math.max(0, chosen.paths.length - mostShown),
  });
}

async function findChosen({ account, ask }: AccountVisit, draft: string | undefined): Promise<Chosen | undefined> {
  if (draft === undefined || draft === '') return undefined;
  const { point, paths } = await ask({ kind: 'draft', account, draft, change: undefined });
  return point === undefined || paths.length === 0 ? undefined : { draft, point, paths };
}

async function prepare(visit: AccountVisit): Promise<Reply> {
  const { account, ask, link } = visit;
  const chosen = await findChosen(visit, visit.field('draft'));
  if (chosen === undefined) return errorWords('missing', 404, visit);
  const { point, paths } = chosen;
  await ask({ kind: 'enqueue', work: { kind: 'prepare-download', account, point, paths } });
  return redirect(link('/downloads'));
}

/** Made while it is sent: how long it will be nobody knows before. */
async function sendNow(visit: AccountVisit): Promise<Reply> {
  const { account, download, formats, now } = visit;
  const chosen = await findChosen(visit, visit.query('draft'));
  if (chosen === undefined) return errorWords('missing', 404, visit);
  const { point, paths } = chosen;
  const name = `${account}-${formats.day(now.toISOString())}.zip`;
  return {
    kind: 'bytes',
    headers: { 'Content-Type': 'application/zip', 'Content-Disposition': attachment(name) },
    async write(sink, signal) {
      await download({ kind: 'download', account, point, paths, offset: 0 }, sink, signal);
    },
  };
}
