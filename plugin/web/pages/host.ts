import { askedPage } from '../paging.ts';
import { accountFilters, presentAccounts, type AccountFilter } from '../presenters/host-accounts.ts';
import { presentNeeds } from '../presenters/host-needs.ts';
import { presentOverview } from '../presenters/host-overview.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import { tabsOf } from '../tabs.ts';
import type { HostVisit } from '../visit.ts';
import { lastDays } from './host-report.ts';

/** The administrator's first page: what needs a person, then how all accounts stand. */
export const hostRoutes: readonly Route[] = [
  { method: 'GET', path: '/host', access: 'admin', answer: showOverview },
  { method: 'GET', path: '/host/accounts', access: 'admin', answer: showAccounts },
];

const few = 10;
const perPage = 50;

async function showOverview(visit: HostVisit): Promise<Reply> {
  const { ask, formats, now, say, who } = visit;
  const [report, { alerts }] = await Promise.all([
    ask({ kind: 'report', ...lastDays(7, now) }),
    ask({ kind: 'alerts', over: false }),
  ]);
  const paths = tabsOf(who).map(({ path }) => path);
  const isPage = (path: string): boolean => paths.includes(path);
  return page('host', {
    title: say('host.title'),
    needs: presentNeeds(alerts, report.recommendations, { formats, now, isPage }),
    ...presentOverview(report, formats, now),
    list: presentAccounts(report.accounts, { filter: 'all', name: '', page: 1, perPage: few, formats, now }),
  });
}

async function showAccounts({ ask, formats, now, query, say }: HostVisit): Promise<Reply> {
  const { accounts } = await ask({ kind: 'report', ...lastDays(30, now) });
  const filter: AccountFilter = accountFilters.find((known) => known === query('show')) ?? 'all';
  const name = (query('q') ?? '').trim().slice(0, 64);
  const list = presentAccounts(accounts, { filter, name, page: askedPage(query('page')), perPage, formats, now });
  return page('host-accounts', { title: say('accs.title'), filter, name, all: accounts.length, list });
}
