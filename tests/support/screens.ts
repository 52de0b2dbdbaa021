import type { WebSite } from './web-site.ts';

/** A page as it can be looked at: its name, and where it is. */
export interface Screen {
  readonly name: string;
  /** Below the site's address. Undefined: `reach` says. */
  readonly path: (site: WebSite) => Promise<string> | string;
  /** Who looks at it; `nobody` is not signed in. */
  readonly as?: 'u1' | 'u3' | 'staff' | 'nobody';
}

const base64url = (path: string): string => Buffer.from(path).toString('base64url');

/** A plan of everything, made anew. */
async function plan(site: WebSite, paths: readonly string[], mode: 'merge' | 'exact' = 'merge'): Promise<string> {
  const made = await site.ask({
    kind: 'plan',
    account: 'u1',
    point: 'latest',
    paths: paths.map((path) => Buffer.from(path).toString('base64')),
    target: { kind: 'in-place' },
    mode,
  });
  return made.plan;
}

async function draft(site: WebSite): Promise<string> {
  const add = [Buffer.from('public_html/menu.pdf').toString('base64')];
  const nothing = { point: undefined, remove: [], leaveOut: [], goesTo: undefined, mode: undefined };
  const change = { ...nothing, add };
  return (await site.ask({ kind: 'draft', account: 'u1', draft: undefined, change })).draft;
}

/** A restore that is done, or the undo of it. */
async function job(site: WebSite): Promise<string> {
  const { jobs } = await site.ask({ kind: 'jobs', account: 'u1', limit: 50 });
  const found = jobs.find(({ kind, state }) => kind === 'run-plan' && state === 'done');
  if (found !== undefined) return found.id;
  const work = { kind: 'run-plan', account: 'u1', plan: await plan(site, ['public_html/prices.html']) } as const;
  const { job: begun } = await site.ask({ kind: 'enqueue', work });
  await site.ask({ kind: 'follow', account: 'u1', job: begun.id });
  return begun.id;
}

/** Every screen of the pages, for the tests that look at all of them and for `npm run screens`. */
export const screens: readonly Screen[] = [
  { name: 'login', path: () => '/login', as: 'nobody' },
  { name: 'restore', path: async (site) => `/restore?draft=${await draft(site)}` },
  { name: 'restore-home', path: () => '/restore?path=' },
  { name: 'restore-all', path: () => '/restore?kind=all' },
  { name: 'restore-gone', path: () => '/restore?show=gone&count=1' },
  { name: 'restore-search', path: () => '/restore?q=part' },
  { name: 'restore-search-none', path: () => '/restore?q=no-such-name' },
  { name: 'restore-names', path: () => `/restore?path=${base64url('names')}` },
  { name: 'restore-said', path: () => '/restore?said=none' },
  { name: 'restore-first', path: () => '/restore', as: 'u3' },
  { name: 'restore-staff', path: () => '/restore', as: 'staff' },
  { name: 'month', path: () => '/restore/month' },
  { name: 'versions', path: () => `/restore/versions?path=${base64url('public_html/prices.html')}` },
  {
    name: 'check',
    path: async (site) => `/plans/${await plan(site, ['public_html'])}?draft=${await draft(site)}`,
  },
  { name: 'check-exact', path: async (site) => `/plans/${await plan(site, ['public_html'], 'exact')}?draft=x` },
  { name: 'check-nothing', path: async (site) => `/plans/${await plan(site, ['public_html/index.php'])}` },
  { name: 'check-staff', path: async (site) => `/plans/${await plan(site, ['public_html'])}`, as: 'staff' },
  { name: 'done', path: async (site) => `/jobs/${await job(site)}` },
  { name: 'missing', path: () => '/nowhere' },
];
