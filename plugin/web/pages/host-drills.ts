import { askedPage } from '../paging.ts';
import { presentDrill } from '../presenters/drill.ts';
import { drillFilters, presentDrills, type DrillFilter } from '../presenters/drills.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { HostVisit } from '../visit.ts';

/** Whether accounts were really restored, and what came of it. */
export const hostDrillsRoutes: readonly Route[] = [
  { method: 'GET', path: '/host/drills', access: 'admin', answer: showDrills },
  { method: 'GET', path: '/host/drills/:drill', access: 'admin', answer: showDrill },
];

const perPage = 50;

async function showDrills({ ask, formats, now, query, say }: HostVisit): Promise<Reply> {
  const told = await ask({ kind: 'server-drills' });
  const filter: DrillFilter = drillFilters.find((known) => known === query('show')) ?? 'all';
  const list = presentDrills(told, { filter, page: askedPage(query('page')), perPage, formats, now });
  return page('host-drills', { title: say('drills.title'), filter, days: told.days, list });
}

async function showDrill({ ask, formats, now, param, say }: HostVisit): Promise<Reply> {
  const told = await ask({ kind: 'show-drill', drill: param('drill').slice(0, 20) });
  const title = say('drill.h1', { name: told.drill.account });
  return page('host-drill', { title, ...presentDrill(told, { formats, now }) });
}
