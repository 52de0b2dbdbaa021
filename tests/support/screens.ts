import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ageBackups, expire, failDrill, fillDisk, rememberStorage } from './screen-states.ts';
import { beginRestore } from './stand-still.ts';
import type { WebSite } from './web-site.ts';

/** A page as it can be looked at: its name, and where it is. */
export interface Screen {
  readonly name: string;
  /** Below the site's address. Undefined: `reach` says. */
  readonly path: (site: WebSite) => Promise<string> | string;
  /** Who looks at it; `nobody` is not signed in. */
  readonly as?: 'u1' | 'u2' | 'u3' | 'staff' | 'admin' | 'nobody';
  /** What must be on it, where it could be another by the time it is looked at. */
  readonly shows?: string;
  /** Only where `u1` has databases. */
  readonly ofDatabases?: true;
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

async function planOfUndo(site: WebSite): Promise<string> {
  return (await site.ask({ kind: 'plan-undo', account: 'u1', job: await job(site) })).plan;
}

/** A restore of its own, and the undo of it. */
async function undone(site: WebSite): Promise<string> {
  const run = async (made: string): Promise<string> => {
    const { job: begun } = await site.ask({ kind: 'enqueue', work: { kind: 'run-plan', account: 'u1', plan: made } });
    await site.ask({ kind: 'follow', account: 'u1', job: begun.id });
    return begun.id;
  };
  const restored = await run(await plan(site, ['public_html/images']));
  return run((await site.ask({ kind: 'plan-undo', account: 'u1', job: restored })).plan);
}

/** A restore that found other files than were confirmed. */
async function stopped(site: WebSite): Promise<string> {
  const file = `${site.home}/public_html/prices.html`;
  const made = await plan(site, ['public_html/prices.html', 'public_html/wp-config.php']);
  const content = readFileSync(file);
  rmSync(file);
  const { job: begun } = await site.ask({ kind: 'enqueue', work: { kind: 'run-plan', account: 'u1', plan: made } });
  await site.ask({ kind: 'follow', account: 'u1', job: begun.id });
  writeFileSync(file, content);
  return begun.id;
}

async function prepared(site: WebSite): Promise<string> {
  const { downloads } = await site.ask({ kind: 'downloads', account: 'u1' });
  if (downloads.length === 0) {
    const paths = [Buffer.from('public_html/wp-content').toString('base64')];
    const work = { kind: 'prepare-download', account: 'u1', point: 'latest', paths } as const;
    const { job: begun } = await site.ask({ kind: 'enqueue', work });
    await site.ask({ kind: 'follow', account: 'u1', job: begun.id });
  }
  return '/downloads';
}

const name = (text: string): string => Buffer.from(text).toString('base64url');
const latest = (site: WebSite): string => site.points.at(-1)?.id ?? '';

async function planOfDatabase(site: WebSite, kind: 'beside' | 'replace', tables: readonly string[]): Promise<string> {
  const target = kind === 'beside' ? ({ kind, name: undefined } as const) : ({ kind } as const);
  const asked = { kind: 'plan-database', account: 'u1', point: 'latest', database: 'u1_shop', tables, target } as const;
  return (await site.ask(asked)).plan;
}

async function jobOfDatabase(site: WebSite): Promise<string> {
  const made = await planOfDatabase(site, 'replace', ['wp_posts']);
  const { job: begun } = await site.ask({ kind: 'enqueue', work: { kind: 'run-plan', account: 'u1', plan: made } });
  await site.ask({ kind: 'follow', account: 'u1', job: begun.id });
  return begun.id;
}

/** A drill really restored `u1`. */
async function proven(site: WebSite, path = '/copies'): Promise<string> {
  const { drills } = await site.ask({ kind: 'drills', account: 'u1', limit: 1 });
  if (drills.length === 0) await site.ask({ kind: 'drill', account: 'u1', which: 'account' });
  return path;
}

/** The newest drill of an account, as the administrator sees it. */
async function drillPage(site: WebSite, account: 'u1' | 'u2'): Promise<string> {
  await (account === 'u1' ? proven(site) : failedDrill(site));
  const { drills } = await site.ask({ kind: 'drills', account, limit: 1 });
  return `/host/drills/${drills[0]?.id}`;
}

async function failedDrill(site: WebSite, path = '/copies'): Promise<string> {
  const { drills } = await site.ask({ kind: 'drills', account: 'u2', limit: 1 });
  if (drills.length === 0) await failDrill(site, 'u2');
  return path;
}

/** `u3` keeps a passphrase of its own from then on. */
async function sealed(site: WebSite): Promise<string> {
  await site.seal('u3', 'kettle orbit mango stairs');
  return '/passphrase';
}

/** A server with a past: its destinations have filled, one account was drilled, and somebody looked for what is wrong. */
async function server(site: WebSite): Promise<string> {
  await site.ask({ kind: 'drill', account: 'u1', which: 'account' });
  await site.ask({ kind: 'watch' }); // also looks how full it is today
  await rememberStorage(site);
  return '/host';
}

/** One destination was tried out, the other was not. */
async function triedOut(site: WebSite): Promise<string> {
  await site.ask({ kind: 'destination-test', destination: 'second' });
  return '/host/copies';
}

/** Things that come back, and some that get their older version. */
const some = [
  'public_html/images',
  'public_html/menu.pdf',
  ...['0', '1', '59'].map((part) => `public_html/wp-content/plugins/shop/part-${part}.php`),
];

/** Every screen of the pages, for the tests that look at all of them and for `npm run screens`. */
export const screens: readonly Screen[] = [
  { name: 'login', path: () => '/login', as: 'nobody' },
  { name: 'restore', path: async (site) => `/restore?draft=${await draft(site)}` },
  { name: 'restore-home', path: () => '/restore?path=' },
  { name: 'restore-all', path: () => '/restore?kind=all' },
  { name: 'restore-gone', path: () => '/restore?show=gone&count=1' },
  { name: 'restore-search', path: () => '/restore?q=hero' },
  { name: 'restore-search-none', path: () => '/restore?q=no-such-name' },
  { name: 'restore-names', path: () => `/restore?path=${base64url('names')}` },
  { name: 'restore-said', path: () => '/restore?said=none' },
  { name: 'restore-first', path: () => '/restore', as: 'u3' },
  { name: 'restore-staff', path: () => '/restore', as: 'staff' },
  { name: 'month', path: () => '/restore/month' },
  { name: 'versions', path: () => `/restore/versions?path=${base64url('public_html/prices.html')}` },
  {
    name: 'check',
    path: async (site) => `/plans/${await plan(site, some)}?draft=${await draft(site)}`,
  },
  { name: 'check-exact', path: async (site) => `/plans/${await plan(site, ['public_html'], 'exact')}?draft=x` },
  { name: 'check-nothing', path: async (site) => `/plans/${await plan(site, ['public_html/index.php'])}` },
  { name: 'check-staff', path: async (site) => `/plans/${await plan(site, some)}`, as: 'staff' },
  { name: 'done', path: async (site) => `/jobs/${await job(site)}` },
  { name: 'stopped', path: async (site) => `/jobs/${await stopped(site)}` },
  { name: 'look', path: (site) => `/look?point=${latest(site)}&path=${base64url('public_html/prices.html')}` },
  { name: 'look-same', path: (site) => `/look?point=${latest(site)}&path=${base64url('public_html/index.php')}` },
  { name: 'activity', path: () => '/activity' },
  { name: 'activity-people', path: () => '/activity?show=people' },
  { name: 'downloads', path: prepared },
  { name: 'downloads-new', path: async (site) => `/downloads/new?draft=${await draft(site)}` },
  { name: 'schedule', path: () => '/schedule?said=saved' },
  { name: 'copies', path: (site) => `/copies?at=${latest(site)}` },
  { name: 'copies-staff', path: () => '/copies', as: 'staff' },
  { name: 'copies-none', path: () => '/copies', as: 'u3' },
  { name: 'copies-proven', path: proven, shows: '#test .note.ok' },
  { name: 'schedule-proven', path: async (site) => proven(site, '/schedule') },
  { name: 'restore-proven', path: async (site) => proven(site, '/restore'), shows: '.status a' },
  { name: 'copies-failed', path: failedDrill, as: 'u2', shows: '#test .note' },
  { name: 'schedule-failed', path: async (site) => failedDrill(site, '/schedule'), as: 'u2' },
  { name: 'schedule-staff', path: () => '/schedule', as: 'staff' },
  { name: 'delete', path: (site) => `/backups/${latest(site)}/delete` },
  { name: 'delete-code', path: (site) => `/backups/${latest(site)}/delete?sent=1` },
  { name: 'databases', path: () => `/databases?db=${name('u1_shop')}`, ofDatabases: true },
  { name: 'databases-some', path: () => `/databases?db=${name('u1_shop')}&how=some`, ofDatabases: true },
  { name: 'databases-staff', path: () => `/databases?db=${name('u1_shop')}`, as: 'staff', ofDatabases: true },
  {
    name: 'databases-table',
    path: (site) => `/databases/table?at=${latest(site)}&db=${name('u1_shop')}&table=${name('wp_posts')}`,
    ofDatabases: true,
  },
  {
    name: 'check-database-beside',
    path: async (site) => `/plans/${await planOfDatabase(site, 'beside', [])}`,
    ofDatabases: true,
  },
  {
    name: 'check-database-replace',
    path: async (site) => `/plans/${await planOfDatabase(site, 'replace', [])}?said=type`,
    ofDatabases: true,
  },
  { name: 'done-database', path: async (site) => `/jobs/${await jobOfDatabase(site)}`, ofDatabases: true },
  { name: 'passphrase', path: () => '/passphrase' },
  { name: 'passphrase-staff', path: () => '/passphrase', as: 'staff' },
  { name: 'passphrase-on', path: sealed, as: 'u3', shows: '#c1' },
  { name: 'restore-sealed', path: () => '/restore', as: 'u3', shows: '.lead' },
  { name: 'schedule-sealed', path: () => '/schedule', as: 'u3' },
  { name: 'missing', path: () => '/nowhere' },
  { name: 'host', path: server, as: 'admin', shows: '.needs .row' },
  { name: 'host-accounts', path: () => '/host/accounts?show=copy', as: 'admin', shows: '.tbl' },
  { name: 'host-accounts-none', path: () => '/host/accounts?q=nobody', as: 'admin' },
  { name: 'host-copies', path: triedOut, as: 'admin', shows: '.three' },
  { name: 'host-report', path: () => '/host/report?span=quarter', as: 'admin', shows: '.tiles' },
  {
    name: 'host-drills',
    path: async (site) => {
      await failedDrill(site, await proven(site, ''));
      return '/host/drills';
    },
    as: 'admin',
    shows: '.drills',
  },
  { name: 'host-drills-none', path: () => '/host/drills?show=files', as: 'admin' },
  { name: 'host-drill', path: (site) => drillPage(site, 'u1'), as: 'admin', shows: '.steps' },
  { name: 'host-drill-failed', path: (site) => drillPage(site, 'u2'), as: 'admin', shows: '.whyn' },
  { name: 'host-missing', path: () => '/restore', as: 'admin', shows: 'a[href$="/host"]' },
  { name: 'restore-mail', path: () => '/restore?kind=mail', shows: '.mails' },
  { name: 'check-undo', path: async (site) => `/plans/${await planOfUndo(site)}`, shows: '.tally' },
  {
    name: 'check-expired-undo',
    path: async (site) => `/plans/${expire(site, await planOfUndo(site))}`,
    shows: 'a.primary[href*="/jobs/"]',
  },
  { name: 'undone', path: async (site) => `/jobs/${await undone(site)}`, shows: 'dl.kv' },
  {
    name: 'check-full',
    path: async (site) => `/plans/${fillDisk(site, await plan(site, some))}?draft=${await draft(site)}`,
    shows: '.ways',
  },
  {
    name: 'restore-late',
    path: async (site) => {
      await ageBackups(site, 'u2', 3);
      return '/restore';
    },
    as: 'u2',
    shows: '.pill.late',
  },
  {
    name: 'downloads-making',
    path: async (site) => {
      await site.standingDownload();
      return '/downloads';
    },
    as: 'u2',
    shows: 'svg.spin',
  },
  { name: 'progress', path: async (site) => `/jobs/${await site.standingJob()}`, as: 'u2', shows: 'li.now' },
  {
    name: 'progress-waiting',
    path: async (site) => `/jobs/${await site.standingJob().then(() => beginRestore(site))}`,
    as: 'u2',
    shows: '[data-progress]',
  },
  {
    name: 'check-expired',
    path: async (site) => `/plans/${expire(site, await plan(site, some))}?draft=${await draft(site)}`,
    shows: 'button[value=again]',
  },
];
