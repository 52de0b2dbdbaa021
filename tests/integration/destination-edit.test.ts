import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { copy, openCopySite } from '../support/copy-site.ts';
import type { Installation } from '../support/installation.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));
const settingsOf = ({ folder }: Installation): string => readFileSync(`${folder}/larder.toml`, 'utf8');
const environmentOf = ({ folder }: Installation) => ({
  PATH: process.env['PATH'],
  LANG: 'C.UTF-8',
  LARDER_CONFIG: `${folder}/larder.toml`,
});

function open(t: TestContext): Installation {
  const site = openCopySite(t);
  site.succeed('init');
  return site;
}

/** The newest first. */
function auditOf(site: Installation) {
  const { entries, chain } = site.json('audit', '--verify') as unknown as {
    entries: {
      actor: { kind: string };
      account: string;
      action: string;
      details: { readonly [field: string]: unknown };
    }[];
    chain: { brokenAt: number | null };
  };
  return { entries: entries.filter(({ action }) => action.startsWith('destination-')), brokenAt: chain.brokenAt };
}

test('a destination is tried out, added, used, and taken out again; what was copied stays', (t) => {
  const site = open(t);
  const before = settingsOf(site);
  const words = ['destination', 'add', 'second', '--kind', 'local', `path=${site.folder}/second`, 'country=DE'];
  const shown = site.json(...words, '--dry-run');
  assert.deepEqual(shown['lines'], [
    '[[destinations]]',
    'name = "second"',
    'kind = "local"',
    `path = "${site.folder}/second"`,
    'country = "DE"',
  ]);
  assert.equal(settingsOf(site), before);
  const added = site.json(...words) as { isWritten: boolean; test: { findings: { check: string; level: string }[] } };
  assert.equal(added.isWritten, true);
  assert.ok(added.test.findings.some(({ check, level }) => check === 'write' && level === 'good'));
  assert.equal(existsSync(`${site.folder}/second`) ? readdirSync(`${site.folder}/second`).length : 0, 0);
  site.succeed('--account', 'u1', 'backup');
  assert.equal(copy(site)[0]?.points, 1);

  assert.equal(site.run('destination', 'remove', 'second').status, 2); // nobody can be asked
  const wouldGo = site.json('destination', 'remove', 'second', '--dry-run');
  assert.deepEqual([wouldGo['accounts'], wouldGo['points'], wouldGo['isWritten']], [1, 1, false]);
  assert.notEqual(settingsOf(site), before);
  site.succeed('destination', 'remove', 'second', '--yes');
  assert.equal(settingsOf(site), before);
  assert.ok(existsSync(`${site.folder}/second`));
  assert.deepEqual(copy(site), []);
  const { entries, brokenAt } = auditOf(site);
  assert.equal(brokenAt, null);
  assert.deepEqual(
    entries.map(({ actor, account, action, details }) => [actor.kind, account, action, details['location']]),
    ['remove', 'add'].map((done) => ['root', '_server', `destination-${done}`, `${site.folder}/second`]),
  );
});

test('a place that cannot be used is not added', (t) => {
  const site = open(t);
  const before = settingsOf(site);
  writeFileSync(`${site.folder}/file`, '');
  const words = ['destination', 'add', 'second', '--kind', 'local', `path=${site.folder}/file/below`];
  const { status, stdout } = site.run(...words, '--json');
  assert.equal(status, 1);
  assert.equal((JSON.parse(stdout) as { isWritten: boolean }).isWritten, false);
  assert.equal(settingsOf(site), before);
  site.succeed(...words, '--no-test');
  assert.match(settingsOf(site), /file\/below/);
});

const nowhere = ['--kind', 's3', 'endpoint=https://127.0.0.1:1', 'bucket=backups', '--no-test'];

test('the key of a place comes from a descriptor, and is kept where only its owner reads it', (t) => {
  const site = open(t);
  const key = 'access_key_id = "AKID"\nsecret_access_key = "hunter2"\n';
  const add = (name: string, input: string) =>
    spawnSync(larder, ['destination', 'add', name, ...nowhere, `prefix=${name}`, '--credentials', '-'], {
      env: environmentOf(site),
      input,
      encoding: 'utf8',
    });
  const done = add('cloud', key);
  assert.equal(done.status, 0, done.stderr);
  assert.ok(!(done.stdout + done.stderr).includes('hunter2'));
  const file = `${site.folder}/cloud.toml`;
  assert.equal(readFileSync(file, 'utf8'), key);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!settingsOf(site).includes('hunter2'));

  const before = settingsOf(site);
  const wrong = add('other', 'secret_access_key = "hunter3"\n');
  assert.equal(wrong.status, 2);
  assert.ok(!(wrong.stdout + wrong.stderr).includes('hunter3'));
  assert.ok(!existsSync(`${site.folder}/other.toml`));
  assert.equal(settingsOf(site), before);
  const silent = site.run('destination', 'add', 'third', ...nowhere, 'prefix=third', '--json');
  assert.equal(silent.status, 2);
  assert.match(silent.stdout, /--credentials/);
});

test('on a terminal the secret is asked for, and not shown', async (t) => {
  const site = open(t);
  const command = [larder, 'destination', 'add', 'cloud', ...nowhere].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...environmentOf(site), TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let screen = '';
  const answers: [RegExp, string][] = [
    [/key id: $/, 'AKID\r'],
    [/not shown\): $/, 'hunteX\u007fr2\r'],
  ];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [next] = answers;
    if (next !== undefined && next[0].test(screen)) {
      answers.shift();
      child.stdin.write(next[1]);
    }
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  assert.equal(status, 0, screen);
  assert.deepEqual(answers, []);
  assert.ok(screen.includes('AKID') && !screen.includes('hunte'), screen);
  const key = readFileSync(`${site.folder}/cloud.toml`, 'utf8');
  assert.equal(key, 'access_key_id = "AKID"\nsecret_access_key = "hunter2"\n');
});
