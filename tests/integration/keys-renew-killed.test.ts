/** However `larder keys renew` is killed, one of the two repositories is used and whole, and the next try ends the work. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { fill } from '../support/copy-site.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** At random moments, beside those at which most could go wrong. */
const kills = Number(process.env['LARDER_TEST_KILLS'] ?? 1);
const child = fileURLToPath(new URL('../support/renew-child.ts', import.meta.url));

test(`renewing is killed around the exchange, and at random ${kills} times`, (t) => {
  const folder = temporaryFolder(t);
  backUp(folder);
  mkdirSync(`${folder}/before`, { mode: 0o700 });
  reset(folder, `${folder}/before`);
  const { changes, before, after } = renew(folder, 0);
  const exchange = changes.indexOf('exchange') + 1;
  assert.ok(exchange > 10 && changes.length > exchange + 3, changes.join(' '));
  requireRenewed(before, after);
  requireWhole(after);
  const others = changes.flatMap((change, index) => (/locks\//.test(change) ? [] : [index + 1]));
  const random = Array.from({ length: kills }, () => others[Math.floor(Math.random() * others.length)] ?? 1);
  for (const moment of [exchange - 1, exchange, exchange + 1, changes.indexOf('close') + 1, ...random]) {
    reset(`${folder}/before`, folder);
    assert.equal(renew(folder, moment).changes.length, moment - 1);
    t.diagnostic(`killed before ${changes[moment - 1]}`);
    const next = renew(folder, 0);
    const used = next.before;
    assert.deepEqual(used?.points, before?.points, 'all restore points are there');
    assert.equal(used?.repository === before?.repository, moment <= exchange);
    requireRenewed(before, next.after);
    requireWhole(next.after);
  }
});

interface State {
  readonly repository: string;
  readonly password: string;
  readonly points: readonly string[];
  readonly damage: readonly (readonly object[])[];
}

interface Run {
  readonly changes: readonly string[];
  /** What was used when it began. */
  readonly before: State | undefined;
  /** Undefined when it was killed. */
  readonly after: State | undefined;
}

function renew(folder: string, killAt: number): Run {
  const words = [child, folder, String(killAt)];
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.ok(killAt > 0 ? signal === 'SIGKILL' : status === 0, stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const [before, after] = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as State);
  return { changes: lines.filter((line) => !line.startsWith('{')), before, after };
}

function backUp(folder: string): void {
  const larder = makeInstallation(folder, 1);
  const home = larder.homes[0] ?? '';
  fill(home, 20_001, 400_000);
  larder.succeed('init');
  larder.succeed('--account', 'u1', 'backup', '-m', 'first');
  appendFileSync(join(home, 'public_html/page-3.html'), 'more');
  giveAway(home, 20_001);
  larder.succeed('--account', 'u1', 'backup', '-m', 'second');
}

function reset(from: string, to: string): void {
  for (const part of ['backup', 'state']) {
    rmSync(`${to}/${part}`, { recursive: true, force: true });
    execFileSync('cp', ['-a', `${from}/${part}`, `${to}/${part}`]);
  }
}

function requireRenewed(before: State | undefined, after: State | undefined): void {
  assert.ok(before !== undefined && after !== undefined);
  assert.deepEqual([before.damage, after.damage], [[[]], [[]]]);
  assert.deepEqual(after.points, before.points);
  assert.notEqual(after.repository, before.repository);
  const old = spawnSync('restic', ['--no-cache', '--no-lock', 'snapshots'], {
    env: { PATH: process.env['PATH'], RESTIC_REPOSITORY: after.repository, RESTIC_PASSWORD: before.password },
  });
  assert.notEqual(old.status, 0, 'the old key opens nothing');
}

function requireWhole(state: State | undefined): void {
  const { repository = '', password = '' } = state ?? {};
  const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password };
  const { status, stderr } = spawnSync('restic', ['--no-cache', '--no-lock', 'check', '--read-data'], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}
