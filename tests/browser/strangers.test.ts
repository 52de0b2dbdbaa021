import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { WebSite } from '../support/web-site.ts';
import { routes } from '../../plugin/web/routes.ts';

const folder = suiteFolder();
const skip = isRoot ? false : needsRoot;
let site: WebSite;

before(async () => {
  site = await WebSite.open(folder, 17_900);
});

after(() => site.close());

interface Signed {
  readonly cookie: string;
  readonly token: string;
}

const secretOf = (link: string): string => link.split('#t=')[1] ?? '';

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields).toString();
  const type = 'application/x-www-form-urlencoded';
  const all = { origin: site.url, 'sec-fetch-site': 'same-origin', 'content-type': type, ...headers };
  return fetch(site.url + path, { method: 'POST', body, redirect: 'manual', headers: all });
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(site.url + path, { redirect: 'manual', headers });

async function signIn(account: string): Promise<Signed> {
  const answer = await post('/login', { secret: secretOf(await site.link(account)) });
  const cookie = /larder-session=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
  const page = await (await get('/restore', { cookie })).text();
  return { cookie, token: /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '' };
}

suite('a login link', { skip }, () => {
  test('that was looked at, also by a program that fetches ahead, still opens', async () => {
    const link = await site.link('u1');
    for (const purpose of ['prefetch', 'prefetch;prerender']) {
      assert.equal((await get('/login', { 'sec-purpose': purpose })).status, 200);
    }
    assert.equal((await post('/login', { secret: secretOf(link) })).status, 303);
  });

  test('opens once, however many come at the same time, and never again', async () => {
    const secret = secretOf(await site.link('u1'));
    const answers = await Promise.all(Array.from({ length: 12 }, () => post('/login', { secret })));
    assert.equal(answers.filter(({ status }) => status === 303).length, 1);
    assert.equal(answers.filter(({ status }) => status === 403).length, 11);
    assert.equal((await post('/login', { secret })).status, 403);
  });

  for (const secret of ['', 'x', 'A'.repeat(43), '"><script>', 'A'.repeat(3000)]) {
    test(`that is “${secret.slice(0, 12)}” opens nothing`, async () => {
      const answer = await post('/login', { secret });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get('set-cookie'), null);
    });
  }

  test('leaves a cookie that no script reads and no other site sends', async () => {
    const answer = await post('/login', { secret: secretOf(await site.link('u1')) });
    assert.match(
      answer.headers.get('set-cookie') ?? '',
      /larder-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict/,
    );
  });
});

suite('what changes something is refused', { skip }, () => {
  let own: Signed;
  before(async () => {
    own = await signIn('u1');
  });
  const cases: readonly [string, Record<string, string>, number][] = [
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling subdomain', { origin: 'http://maria.127.0.0.1', 'sec-fetch-site': 'same-site' }, 403],
    ['from a sandboxed frame', { origin: 'null' }, 403],
    ['as plain text', { 'content-type': 'text/plain' }, 415],
    ['with another cookie', { cookie: `larder-session=${'A'.repeat(43)}` }, 401],
  ];
  for (const [title, headers, status] of cases) {
    test(title, async () => {
      const answer = await post('/restore', { token: own.token, do: 'save' }, { cookie: own.cookie, ...headers });
      assert.equal(answer.status, status);
    });
  }

  test('without the token of the form, or with that of another session', async () => {
    const other = await signIn('u1');
    for (const token of ['', 'x', other.token]) {
      assert.equal((await post('/restore', { token, do: 'save' }, { cookie: own.cookie })).status, 403, token);
    }
    assert.equal((await post('/restore', { token: own.token, do: 'save' }, { cookie: own.cookie })).status, 303);
  });

  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    test(`as ${method}`, async () => {
      const answer = await fetch(`${site.url}/restore`, { method, headers: { cookie: own.cookie } });
      assert.equal(answer.status, 405);
    });
  }
});

test('no route shows or changes anything under ids of another customer', { skip }, async () => {
  const own = await signIn('u1');
  const other = await signIn('u2');
  const path = Buffer.from('public_html/secret-of-u2.txt').toString('base64');
  const { points } = await site.ask({ kind: 'list', account: 'u2' });
  const point = points[0]?.id ?? '';
  const target = { kind: 'in-place' } as const;
  const made = await site.ask({ kind: 'plan', account: 'u2', point, paths: [path], target, mode: 'merge' });
  const { draft } = await site.ask({
    kind: 'draft',
    account: 'u2',
    draft: undefined,
    change: { point, add: [path], remove: [], leaveOut: [], goesTo: undefined, mode: undefined },
  });
  const { jobs } = await site.ask({ kind: 'jobs', account: 'u2', limit: 1 });
  const ids: Record<string, string> = { plan: made.plan, job: jobs[0]?.id ?? '', point, draft };
  const query = `draft=${draft}&at=${point}&point=${point}&path=${Buffer.from(path, 'base64').toString('base64url')}`;
  for (const route of routes) {
    if (['/login', '/logout', '/language', '/'].includes(route.path)) continue;
    const filled = route.path.replaceAll(/:(\w+)/g, (_, name: string) => ids[name] ?? point);
    const address = `${filled}?${query}`;
    const fields = {
      token: own.token,
      do: route.path === '/jobs/:job' ? 'undo' : 'run',
      draft,
      point,
      job: ids['job'] ?? '',
      backup: point,
      id: point,
    };
    const answer = await (route.method === 'GET'
      ? get(address, { cookie: own.cookie })
      : post(address, fields, { cookie: own.cookie }));
    const text = await answer.text();
    assert.ok(!text.includes('secret-of-u2'), `${route.method} ${address} shows what is not theirs`);
    const isOfOne = /:(?:plan|job)/.test(route.path);
    if (isOfOne) assert.equal(answer.status, 404, `${route.method} ${address}`);
    assert.notEqual(answer.status, 500, `${route.method} ${address}`);
  }
  const seen = await (await get(`/plans/${made.plan}`, { cookie: other.cookie })).text();
  assert.ok(seen.includes('Check the changes'), 'the neighbour sees it');
});

test('who is not signed in is told to sign in, at every address', { skip }, async () => {
  for (const route of routes) {
    if (route.access === 'anyone') continue;
    const path = route.path.replaceAll(/:\w+/g, 'x');
    const answer = await (route.method === 'GET' ? get(path) : post(path, {}));
    assert.equal(answer.status, 401, `${route.method} ${path}`);
  }
});

test('forged hosts are turned away, and nothing may be embedded, kept or written inline', { skip }, async () => {
  const answer = await get('/login');
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.doesNotMatch(await answer.text(), /<script(?! type="module" src)|style=|\son\w+=/);
});
