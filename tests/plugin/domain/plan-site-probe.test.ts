import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { firstName, planSiteProbe, type LoadedForSites } from '../../../plugin/domain/plan-site-probe.ts';
import type { WpConfig } from '../../../plugin/domain/wp-config.ts';

const config: WpConfig = { database: 'maria_wp', user: 'maria', host: 'localhost', address: undefined };
const loaded: LoadedForSites = {
  databases: [{ name: 'maria_wp', engine: 'mysql', outcome: 'loaded' }],
  hasServer: true,
  users: new Set(['maria']),
  extensions: new Set(['core', 'mysqli']),
};
const withOutcome = (outcome: 'failed' | 'no-server'): LoadedForSites => {
  return { ...loaded, databases: [{ name: 'maria_wp', engine: 'mysql', outcome }] };
};
const noDatabases: LoadedForSites = { ...loaded, databases: [], hasServer: false, users: new Set() };

const cases: readonly (readonly [string, WpConfig | undefined, LoadedForSites, ReturnType<typeof planSiteProbe>])[] = [
  ['with its database and user', config, loaded, undefined],
  ['without a wp-config.php', undefined, loaded, undefined],
  ['without any database', undefined, noDatabases, undefined],
  ['by the socket at its usual place', { ...config, host: 'localhost:/var/run/mysqld/mysqld.sock' }, loaded, undefined],
  ['by a port that PHP leaves alone', { ...config, host: 'localhost:3306' }, loaded, undefined],
  ['with a host that nobody can tell', { ...config, host: undefined }, loaded, undefined],
  [
    'with a database that is not the account’s: it would not come back either',
    { ...config, database: 'x' },
    loaded,
    undefined,
  ],
  ['on another host', { ...config, host: 'db.example.gr' }, loaded, 'other-host'],
  ['by TCP', { ...config, host: '127.0.0.1:3306' }, loaded, 'other-host'],
  ['by a socket elsewhere', { ...config, host: 'localhost:/srv/mysql.sock' }, loaded, 'other-host'],
  ['with a database that failed', config, withOutcome('failed'), 'no-database'],
  ['with no server to load it into', config, { ...withOutcome('no-server'), hasServer: false }, 'no-database'],
  ['with nothing loaded and no word on what it needs', undefined, { ...loaded, hasServer: false }, 'no-database'],
  [
    'with databases of PostgreSQL alone',
    undefined,
    { ...noDatabases, databases: [{ name: 'maria_pg', engine: 'postgresql', outcome: 'loaded' }] },
    'other-engine',
  ],
  ['with a user that is not kept', { ...config, user: 'root' }, loaded, 'no-user'],
  ['with a PHP that knows no MySQL', config, { ...loaded, extensions: new Set(['core']) }, 'no-php-mysql'],
  ['with such a PHP and no database', undefined, { ...noDatabases, extensions: new Set() }, undefined],
];

suite('whether a site is asked:', () => {
  for (const [title, site, there, expected] of cases) {
    test(`${title}: ${expected ?? 'yes'}`, () => assert.equal(planSiteProbe(site, there), expected));
  }

  test('first by the address that it sets, else by the domain of the account', () => {
    const own = { ...config, address: 'http://taverna.example' };
    assert.deepEqual(firstName(own, 'maria.example'), { host: 'taverna.example', isSecure: false });
    assert.deepEqual(firstName(config, 'maria.example'), { host: 'maria.example', isSecure: true });
    assert.deepEqual(firstName(config, 'no name'), { host: 'localhost', isSecure: true });
    assert.deepEqual(firstName(undefined, undefined), { host: 'localhost', isSecure: true });
  });
});
