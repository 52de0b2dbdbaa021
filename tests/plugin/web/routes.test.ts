import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { checkRoutes, opens, type Route } from '../../../plugin/web/route.ts';
import { routes } from '../../../plugin/web/routes.ts';
import { tabsOf } from '../../../plugin/web/tabs.ts';
import type { Who } from '../../../plugin/web/visit.ts';
import { isOwnPath } from '../../../plugin/web/pages/login.ts';

test('a route without a rule is not registered', () => {
  const without = [{ method: 'GET', path: '/x', answer: () => undefined }] as unknown as Route[];
  assert.throws(() => checkRoutes(without), /nobody said who may see GET \/x/);
});

test('a route stands once', () => {
  assert.throws(() => checkRoutes([...routes, ...routes.slice(0, 1)]), /twice/);
});

test('without signing in only signing in and the language can be reached', () => {
  const open = checkRoutes(routes).filter(({ access }) => opens(access, undefined));
  assert.deepEqual(open.map(({ method, path }) => `${method} ${path}`).toSorted(), [
    'GET /login',
    'POST /language',
    'POST /login',
  ]);
});

const who = {
  account: 'maria',
  language: 'el',
  email: undefined,
  staff: 'n',
  ticket: '1',
  expiresAt: '',
  timeZone: 'UTC',
  hasDatabases: true,
  undoDays: 7,
  rpoHours: 26,
  site: undefined,
} as const;
const customer: Who = { ...who, role: 'account' };
const staff: Who = { ...who, role: 'staff' };
const admin: Who = { ...who, role: 'admin', account: undefined };

test('staff reaches nothing that only the customer does, and an administrator nothing of an account', () => {
  assert.ok(!opens('customer', staff));
  assert.ok(opens('account', staff));
  for (const access of ['account', 'customer'] as const) assert.ok(!opens(access, admin));
});

test('pages of the server open for its administrator alone, and change nothing', () => {
  const host = routes.filter(({ path }) => path.startsWith('/host'));
  assert.ok(host.length > 0);
  for (const { path, method, access } of host) assert.deepEqual([path, method, access], [path, 'GET', 'admin']);
  assert.ok(opens('admin', admin));
  for (const other of [undefined, customer, staff]) assert.ok(!opens('admin', other));
});

test('each tab is a page that opens for who sees it', () => {
  for (const one of [customer, staff, admin]) {
    for (const { path } of tabsOf(one)) {
      const route = routes.find((known) => known.path === path && known.method === 'GET');
      assert.ok(route !== undefined && opens(route.access, one), `${one.role} ${path}`);
    }
  }
});

suite('after signing in one comes back to a page of this host only:', () => {
  for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a b', '', 'javascript:1', '/\n']) {
    test(JSON.stringify(path), () => assert.ok(!isOwnPath(path)));
  }
  test('/restore?draft=x', () => assert.ok(isOwnPath('/restore?draft=x')));
});

suite('no view writes what it was given without escaping it', () => {
  for (const file of globSync('views/**/*.ejs').filter((name) => !name.includes('mail'))) {
    test(file, () => {
      const raw = [...readFileSync(file, 'utf8').matchAll(/<%-\s*(\w+)/g)].map(([, name = '']) => name);
      assert.deepEqual(
        raw.filter((name) => !['include', 'I', 'rich', 'attr'].includes(name)),
        [],
      );
    });
  }
});
