import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { defaultArchiveRules } from '../../../plugin/domain/plan-archive.ts';
import { presets } from '../../../plugin/domain/retention-policy.ts';
import { loadConfiguration, parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const file = '/etc/larder/larder.toml';
const complete = `state = "/var/lib/larder"          # metadata, caches, keys (root only)
run   = "/run/larder"              # sockets
[panel]
kind = "static"                    # static | linux | demo
accounts = "accounts.json"
[metadata]
url = "sqlite:metadata.db"         # or mysql://user@host/larder
[[destinations]]
name = "local"
kind = "local"
path = "/backup/larder"
[limits]
parallel = 3
[restore]
undo_days = 30
`;

test('every key is read, and relative files are found', () => {
  assert.deepEqual(parseConfiguration(file, complete, 8), {
    file,
    state: '/var/lib/larder',
    run: '/run/larder',
    panel: { kind: 'static', accounts: '/etc/larder/accounts.json' },
    metadata: { kind: 'sqlite', file: '/var/lib/larder/metadata.db' },
    destinations: [
      {
        name: 'local',
        role: 'primary',
        country: undefined,
        provider: undefined,
        kind: 'local',
        path: '/backup/larder',
      },
    ],
    databases: [],
    redis: [],
    limits: { parallel: 3, nice: 10, ioPriority: 'low', load: undefined },
    web: { url: undefined, group: 'larder', socket: undefined, listen: undefined },
    restore: { undoDays: 30 },
    schedule: parseConfiguration(file, shortest, 8).schedule,
    retention: { policy: presets.policy, exceptions: [] },
    archives: defaultArchiveRules,
    mail: undefined,
    proof: parseConfiguration(file, shortest, 8).proof,
  });
});

const shortest = `state = "/s"
[panel]
kind = "linux"
[[destinations]]
name = "local"
kind = "local"
path = "/b"
`;

test('what may be left out has a default', () => {
  const configuration = parseConfiguration(file, shortest, 8);
  assert.equal(configuration.run, '/run/larder');
  assert.deepEqual(configuration.metadata, { kind: 'sqlite', file: '/s/metadata.db' });
  assert.equal(configuration.limits.parallel, 8);
  assert.deepEqual(configuration.restore, { undoDays: 7 });
});

test('the demo panel is a word of the configuration', () => {
  const text = shortest.replace('"linux"', '"demo"\naccounts = "/d/accounts.json"');
  assert.deepEqual(parseConfiguration(file, text, 1).panel, { kind: 'demo', accounts: '/d/accounts.json' });
});

test('accounts and metadata may stand elsewhere', () => {
  const text = complete.replace('"accounts.json"', '"/srv/a.json"').replace('sqlite:metadata.db', 'sqlite:/srv/m.db');
  const configuration = parseConfiguration(file, text, 1);
  assert.deepEqual(configuration.panel, { kind: 'static', accounts: '/srv/a.json' });
  assert.deepEqual(configuration.metadata, { kind: 'sqlite', file: '/srv/m.db' });
});

const addresses = [
  {
    url: 'mysql://larder@db.example/meta',
    server: { host: 'db.example', port: 3306 },
    user: 'larder',
    database: 'meta',
  },
  {
    url: 'mysql://larder@10.0.0.2:3307/meta',
    server: { host: '10.0.0.2', port: 3307 },
    user: 'larder',
    database: 'meta',
  },
  { url: 'mysql://larder@[::1]/meta', server: { host: '::1', port: 3306 }, user: 'larder', database: 'meta' },
  {
    url: 'mysql://a%40b@localhost/m?socketPath=/run/mysqld/mysqld.sock',
    server: { socketPath: '/run/mysqld/mysqld.sock' },
    user: 'a@b',
    database: 'm',
  },
];

suite('the metadata may be kept in MariaDB', () => {
  for (const { url, ...expected } of addresses) {
    test(url, () => {
      const text = complete.replace('sqlite:metadata.db"', `${url}"\npassword_file = "/etc/larder/password"`);
      const metadata = { kind: 'mysql', ...expected, passwordFile: '/etc/larder/password' };
      assert.deepEqual(parseConfiguration(file, text, 1).metadata, metadata);
    });
  }
});

const refused = [
  { title: 'an unknown key at the top', from: 'run  ', to: 'rnu  ', line: 2, hint: /did you mean `run`/ },
  { title: 'an unknown section', from: '[limits]', to: '[limit]', line: 12, hint: /did you mean `limits`/ },
  {
    title: 'an unknown key in a section',
    from: 'accounts =',
    to: 'acounts =',
    line: 5,
    hint: /did you mean `accounts`/,
  },
  {
    title: 'an unknown key of a destination',
    from: 'path =',
    to: 'folder =',
    line: 11,
    hint: /`name`, `kind`, .*`path`/,
  },
  { title: 'an unknown kind of panel', from: '"static"', to: '"sttaic"', line: 4, hint: /did you mean `static`/ },
  { title: 'an unknown kind of destination', from: 'kind = "local"', to: 'kind = "tape"', line: 10, hint: /`local`/ },
  { title: 'a missing state', from: /^state.*$/m, to: '', line: 1, hint: /add `state`/ },
  { title: 'a missing kind', from: 'kind = "static"', to: '', line: 3, hint: /add `kind`/ },
  { title: 'a missing file of accounts', from: 'accounts = "accounts.json"', to: '', line: 3, hint: /add `accounts`/ },
  { title: 'a missing path of a destination', from: 'path = "/backup/larder"', to: '', line: 8, hint: /add `path`/ },
  {
    title: 'a file of accounts for a panel that has none',
    from: '"static"',
    to: '"linux"',
    line: 5,
    hint: /remove it/,
  },
  { title: 'a number where text belongs', from: '"/run/larder"', to: '7', line: 2, hint: /absolute path/ },
  { title: 'an empty text', from: '"/run/larder"', to: '""', line: 2, hint: /absolute path/ },
  { title: 'a text over several lines', from: '"/run/larder"', to: '"""/run\n"""', line: 2, hint: /absolute path/ },
  { title: 'a date where text belongs', from: '"/run/larder"', to: '2026-11-21', line: 2, hint: /absolute path/ },
  {
    title: 'a text where a number belongs',
    from: 'parallel = 3',
    to: 'parallel = "3"',
    line: 13,
    hint: /whole number/,
  },
  { title: 'no threads at all', from: 'parallel = 3', to: 'parallel = 0', line: 13, hint: /from 1 to 256/ },
  { title: 'a half thread', from: 'parallel = 3', to: 'parallel = 1.5', line: 13, hint: /whole number/ },
  { title: 'a relative state', from: '"/var/lib/larder"', to: '"var/larder"', line: 1, hint: /\/var\/lib\/larder/ },
  {
    title: 'a path with dots',
    from: '"/var/lib/larder"',
    to: '"/var/lib/../larder"',
    line: 1,
    hint: /write "\/var\/larder"/,
  },
  { title: 'a relative destination', from: '"/backup/larder"', to: '"backup"', line: 11, hint: /\/backup\/larder/ },
  {
    title: 'a destination with a name that is none',
    from: 'name = "local"',
    to: 'name = "../x"',
    line: 9,
    hint: /letters/,
  },
  {
    title: 'a section where a list of sections belongs',
    from: '[[destinations]]',
    to: '[destinations]',
    line: 8,
    hint: /two brackets/,
  },
  {
    title: 'a text where a section belongs',
    from: /\[limits\]\nparallel = 3/,
    to: '[metadata.url]',
    line: 12,
    hint: /quotes/,
  },
  { title: 'a key written twice', from: 'run   =', to: 'state =', line: 2, hint: /quotes/ },
  { title: 'text without quotes', from: '"accounts.json"', to: 'accounts.json', line: 5, hint: /quotes/ },
  {
    title: 'an address of no database',
    from: 'sqlite:metadata.db',
    to: 'postgres://x',
    line: 7,
    hint: /sqlite:metadata.db/,
  },
  { title: 'SQLite in memory', from: 'sqlite:metadata.db', to: 'sqlite::memory:', line: 7, hint: /sqlite:metadata.db/ },
  {
    title: 'a database without a user',
    from: 'sqlite:metadata.db',
    to: 'mysql://host/larder',
    line: 7,
    hint: /user@host/,
  },
  {
    title: 'a database without a name',
    from: 'sqlite:metadata.db',
    to: 'mysql://larder@host',
    line: 7,
    hint: /user@host/,
  },
  {
    title: 'an unknown option of an address',
    from: 'sqlite:metadata.db',
    to: 'mysql://larder@host/m?ssl=1',
    line: 7,
    hint: /socketPath/,
  },
  {
    title: 'a relative socket',
    from: 'sqlite:metadata.db',
    to: 'mysql://larder@host/m?socketPath=x',
    line: 7,
    hint: /run\/mysqld/,
  },
  {
    title: 'an undo that lasts longer than a month',
    from: 'undo_days = 30',
    to: 'undo_days = 31',
    line: 15,
    hint: /30/,
  },
];

suite('larder.toml is refused, with the line, for', () => {
  for (const { title, from, to, line, hint } of refused) {
    test(title, async () => {
      const text = complete.replace(from, to);
      assert.notEqual(text, complete);
      const facts = await failsWith('configuration-invalid', () => parseConfiguration(file, text, 1));
      assert.equal(facts.line, line, facts.problem);
      assert.match(facts.hint, hint);
      assert.equal(facts.file, file);
    });
  }
});

const second = '[[destinations]]\nname = "second"\nkind = "local"\npath = "/second"\n';

test('several destinations keep their order', () => {
  const { destinations } = parseConfiguration(file, `${complete}${second}`, 1);
  assert.deepEqual(
    destinations.map(({ name }) => name),
    ['local', 'second'],
  );
});

test('two destinations with one name are refused', async () => {
  const text = `${complete}${second.replace('"second"', '"local"')}`;
  const facts = await failsWith('configuration-invalid', () => parseConfiguration(file, text, 1));
  assert.deepEqual([facts.line, facts.problem], [17, 'two destinations are named "local"']);
});

test('two destinations with one path are refused', async () => {
  const text = `${complete}${second.replace('/second', '/backup/larder')}`;
  assert.equal((await failsWith('configuration-invalid', () => parseConfiguration(file, text, 1))).line, 19);
});

test('a configuration without a destination is refused', async () => {
  const facts = await failsWith('configuration-invalid', () =>
    parseConfiguration(file, 'state = "/s"\npanel.kind = "linux"', 1),
  );
  assert.match(facts.problem, /no destination/);
});

test('a password in the address is refused and not repeated', async () => {
  const text = complete.replace('sqlite:metadata.db', 'mysql://larder:hunter2@host/larder');
  const facts = await failsWith('configuration-invalid', () => parseConfiguration(file, text, 1));
  assert.equal(facts.line, 7);
  assert.match(facts.hint, /password_file/);
  assert.doesNotMatch(JSON.stringify(facts), /hunter2/);
});

test('LARDER_CONFIG names another file', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'my.toml');
  writeFileSync(path, shortest.replace('"linux"', '"static"\naccounts = "accounts.json"'));
  const configuration = loadConfiguration({ LARDER_CONFIG: path });
  assert.equal(configuration.file, path);
  assert.deepEqual(configuration.panel, { kind: 'static', accounts: join(folder, 'accounts.json') });
  assert.equal(configuration.limits.parallel, availableParallelism());
});

test('a missing configuration is named', async (t) => {
  const path = join(temporaryFolder(t), 'larder.toml');
  assert.deepEqual(await failsWith('configuration-missing', () => loadConfiguration({ LARDER_CONFIG: path })), {
    file: path,
  });
});

test('a folder is no configuration', async (t) => {
  const path = join(temporaryFolder(t), 'larder.toml');
  mkdirSync(path);
  await failsWith('configuration-missing', () => loadConfiguration({ LARDER_CONFIG: path }));
});

test('a configuration that others may write is not believed', async (t) => {
  const path = join(temporaryFolder(t), 'larder.toml');
  writeFileSync(path, shortest);
  chmodSync(path, 0o664);
  const facts = await failsWith('state-unsafe', () => loadConfiguration({ LARDER_CONFIG: path }));
  assert.equal(facts.mend, `chmod go-w ${path}`);
});
