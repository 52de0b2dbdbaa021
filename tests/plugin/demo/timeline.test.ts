import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { suite } from 'node:test';
import { demoAccounts } from '../../../plugin/demo/demo-accounts.ts';
import type { HomeChange } from '../../../plugin/demo/home-change.ts';
import { brokenPaths, timeline, type Step } from '../../../plugin/demo/timeline.ts';

const now = new Date(2026, 10, 21, 8, 30);
const options = { now, days: 40, share: 1 };

/** What a home holds: paths and contents. */
type Home = Map<string, Buffer>;

interface Lived {
  readonly homes: ReadonlyMap<string, Home>;
  readonly first: ReadonlyMap<string, Home>;
  /** Files of Maria's home that must come back, when she last backed up by hand. */
  readonly good: Home;
  readonly backups: readonly (Exclude<Step, { kind: 'live' }> & { readonly account?: unknown })[];
}

const lived = live();

function live(): Lived {
  const homes = new Map(demoAccounts.map(({ name }) => [name, new Map<string, Buffer>()]));
  const first = new Map<string, Home>();
  const backups: Exclude<Step, { kind: 'live' }>[] = [];
  let good: Home = new Map();
  for (const step of timeline(options)) {
    if (step.kind !== 'live') backups.push(step);
    if (step.kind === 'backup' && step.account.name === 'maria') good = new Map(homes.get('maria'));
    if (step.kind !== 'live') continue;
    const home = homes.get(step.account.name) ?? new Map<string, Buffer>();
    for (const change of step.changes) apply(home, change);
    if (!first.has(step.account.name)) first.set(step.account.name, new Map(home));
  }
  return { homes, first, good, backups };
}

function apply(home: Home, change: HomeChange): void {
  if (change.kind === 'remove') home.delete(change.path);
  else home.set(change.path, change.kind === 'write' ? change.content : Buffer.from(change.target));
}

test('the same seed and day make the same homes, byte for byte', () => {
  const small = { ...options, days: 3, share: 0.03 };
  assert.equal(digest(timeline(small)), digest(timeline(small)));
});

test('a demo of another day has the same files under other dates', () => {
  const small = { ...options, days: 3, share: 0.03 };
  const later = new Date(2027, 1, 3, 8, 30);
  assert.notEqual(digest(timeline(small)), digest(timeline({ ...small, now: later })));
});

function digest(steps: Iterable<Step>): string {
  const hash = createHash('sha256');
  for (const step of steps) {
    hash.update(`${step.kind} ${step.kind === 'live' ? step.account.name : step.at.toISOString()}\n`);
    for (const { sql } of step.kind === 'live' ? step.statements : []) hash.update(sql);
    for (const change of step.kind === 'live' ? step.changes : []) {
      hash.update(`${change.kind} ${change.path} ${change.at.toISOString()}\n`);
      if (change.kind === 'write') hash.update(change.content);
    }
  }
  return hash.digest('hex');
}

suite('a home looks like that of a hosting customer', () => {
  for (const { name } of demoAccounts) {
    const home = lived.homes.get(name) ?? new Map<string, Buffer>();
    const paths = [...home.keys()];
    const count = (pattern: RegExp): number => paths.filter((path) => pattern.test(path)).length;

    test(`${name} has thousands of files and at most 150 MB, from the first day to the last`, () => {
      const begun = lived.first.get(name) ?? new Map<string, Buffer>();
      assert.ok(begun.size >= 3000 && home.size <= 6000, `${begun.size} to ${home.size} files`);
      const bytes = [...home.values()].reduce((sum, content) => sum + content.length, 0);
      assert.ok(bytes > 60e6 && bytes < 150e6, `${bytes} bytes`);
    });

    test(`${name} has PHP, styles, scripts, photos, papers and mail`, () => {
      assert.ok(count(/\.php$/) > 700 && count(/\.css$/) > 400 && count(/\.js$/) > 150);
      assert.ok(count(/uploads\/\d{4}\/\d{2}\/.*\.jpg$/) > 500 && count(/uploads\/.*\.pdf$/) > 50);
      assert.ok(count(/^mail\/.*\/(?:cur|new)\/\d+\.M\d+P\d+\.mx,S=\d+/) > 400);
    });

    test(`${name} has what every such site has`, () => {
      for (const path of ['.htaccess', 'wp-config.php', 'index.php', 'wp-includes/version.php']) {
        assert.ok(home.has(`public_html/${path}`), path);
      }
    });

    test(`${name} lives on: mail is read, logs go, WordPress is now 7.0`, () => {
      assert.match(String(home.get('public_html/wp-includes/version.php')), /'7\.0'/);
      assert.ok(count(/^logs\//) <= 16);
      const waiting = count(/\/new\//);
      assert.ok(waiting >= 1 && waiting < 25, `${waiting} unread messages`);
    });
  }

  test('all sites have the same WordPress, as everywhere', () => {
    const [one, other] = [...lived.homes.values()];
    assert.deepEqual(one?.get('public_html/wp-login.php'), other?.get('public_html/wp-login.php'));
  });

  test('people write in the language of the account', () => {
    assert.match(subjects('maria'), /[α-ω]{4}/);
    assert.match(subjects('brandt'), /[äöüß]/);
    assert.match(subjects('nora'), /Wedding/);
  });
});

function subjects(name: string): string {
  const messages = [...(lived.homes.get(name) ?? [])].filter(([path]) => path.includes('/cur/'));
  const lines = messages.map(([, content]) => /^Subject: (.*)$/m.exec(content.toString())?.[1] ?? '');
  const decode = (_: string, word: string): string => Buffer.from(word, 'base64').toString();
  return lines.join('\n').replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, decode);
}

suite('backups lie in the past', () => {
  test('every night has one, the last one yesterday evening', () => {
    const nights = lived.backups.filter(({ kind }) => kind === 'nightly').map(({ at }) => at);
    assert.equal(nights.length, 40);
    assert.deepEqual(nights.at(-1), new Date(2026, 10, 20, 22, 30));
    assert.deepEqual(nights[0], new Date(2026, 9, 12, 22, 30));
  });

  test('they come in the order of time', () => {
    const times = lived.backups.map(({ at }) => at.getTime());
    assert.deepEqual(times.map(dayOf), times.toSorted((one, other) => one - other).map(dayOf));
  });

  test('some were made by hand, and say why', () => {
    const labels = lived.backups.flatMap((step) => (step.kind === 'backup' ? [step.label] : []));
    assert.equal(labels.length, 6);
    assert.ok(labels.includes('before 7.0 update') && labels.includes('πριν την ενημέρωση του e-shop'));
  });

  test('nothing has happened later than now', () => {
    for (const step of timeline({ ...options, days: 3, share: 0.02 })) {
      if (step.kind === 'live') {
        for (const { at } of [...step.changes, ...step.statements]) assert.ok(at < now);
      }
    }
  });
});

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toDateString();
}

suite("Maria's shop is broken", () => {
  const home = lived.homes.get('maria') ?? new Map<string, Buffer>();
  const plugin = brokenPaths[0] ?? '';

  test('half of its update is missing or cut short', () => {
    const before = [...lived.good].filter(([path]) => path.startsWith(plugin));
    const changed = before.filter(([path, content]) => home.has(path) && home.get(path)?.equals(content) === false);
    const missing = before.filter(([path]) => !home.has(path));
    assert.ok(changed.length > 50 && missing.length > 15, `${changed.length} changed, ${missing.length} missing`);
  });

  test('her settings were made worse', () => {
    assert.doesNotMatch(String(home.get('public_html/wp-config.php')), /wp-settings/);
    assert.match(String(lived.good.get('public_html/wp-config.php')), /wp-settings\.php';\n$/);
  });

  test('mail came afterwards, and must not be lost', () => {
    assert.ok([...home.keys()].some((path) => path.includes('/new/') && !lived.good.has(path)));
  });
});
