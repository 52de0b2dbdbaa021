/** However `larder keys renew` is killed, one of the two repositories is used and whole, and the next try ends the work. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { fill } from '../support/copy-site.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** At random moments, beside those at which most could go wrong. */
const kills = Number(process.env['LARDER_TEST_KILLS'] ?? 3);
const child = fileURLToPath(new URL('../support/renew-child.ts', import.meta.url));

test(`renewing is killed at ${kills} moments, and around the exchange`, (t) => {
  const folder = temporaryFolder(t);
  const larder = backedUp(folder);
  const before = readState(larder);
  mkdirSync(`${folder}/before`, { mode: 0o700 });
  reset(folder, `${folder}/before`);
  const changes = renew(folder, 0);
  assert.equal(changes.at(-1), 'renewed');
  const exchange = changes.indexOf('exchange') + 1;
  assert.ok(exchange > 10 && changes.length > exchange + 4, changes.join(' '));
  requireRenewed(larder, before);
  const random = Array.from({ length: kills }, () => 1 + Math.floor(Math.random() * (changes.length - 1)));
  for (const moment of [exchange - 1, exchange, exchange + 1, changes.indexOf('close') + 1, ...random]) {
    reset(`${folder}/before`, folder);
    const seen = renew(folder, moment);
    t.diagnostic(`killed before ${changes[moment - 1]}`);
    assert.equal(seen.length, moment - 1);
    const used = readState(larder);
    assert.deepEqual(used.points, before.points, 'all restore points are there');
    assert.equal(used.repository === before.repository, moment <= exchange);
    requireWhole(larder);
    assert.equal(renew(folder, 0).at(-1), 'renewed');
    requireRenewed(larder, before);
  }
});

interface State {
  readonly repository: string;
  readonly password: string;
  readonly points: readonly unknown[];
}

function readState(larder: Installation): State {
  const { repository, password } = larder.json('--account', 'u1', 'keys', 'restic-env');
  const { points } = larder.json('--account', 'u1', 'list') as { points: { time: string; label: unknown }[] };
  return {
    repository: String(repository),
    password: String(password),
    points: points.map(({ time, label }) => [time, label]),
  };
}

function backedUp(folder: string): Installation {
  const larder = makeInstallation(folder, 1);
  const home = larder.homes[0] ?? '';
  fill(home, 20_001, 400_000);
  larder.succeed('init');
  larder.succeed('--account', 'u1', 'backup', '-m', 'first');
  appendFileSync(join(home, 'public_html/page-3.html'), 'more');
  giveAway(home, 20_001);
  larder.succeed('--account', 'u1', 'backup', '-m', 'second');
  return larder;
}

function reset(from: string, to: string): void {
  for (const part of ['backup', 'state']) {
    rmSync(`${to}/${part}`, { recursive: true, force: true });
    execFileSync('cp', ['-a', `${from}/${part}`, `${to}/${part}`]);
  }
}

/** @returns the changes it made, in this order. */
function renew(folder: string, killAt: number): string[] {
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, [child, folder, String(killAt)], {
    encoding: 'utf8',
  });
  assert.ok(killAt > 0 ? signal === 'SIGKILL' : status === 0, stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

function requireWhole(larder: Installation): void {
  larder.restic('u1', 'unlock'); // Larder sees by itself that whoever held a lock is dead; restic wants to be told
  const { status, stderr } = larder.restic('u1', 'check', '--read-data');
  assert.equal(status, 0, stderr);
}

function requireRenewed(larder: Installation, before: State): void {
  const now = readState(larder);
  assert.deepEqual(now.points, before.points);
  assert.notEqual(now.repository, before.repository);
  requireWhole(larder);
  const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: now.repository, RESTIC_PASSWORD: before.password };
  assert.notEqual(spawnSync('restic', ['--no-cache', 'snapshots'], { env }).status, 0, 'the old key opens nothing');
  const { accounts } = larder.json('--account', 'u1', 'inventory') as { accounts: { former: { folder: string }[] }[] };
  const former = accounts[0]?.former ?? [];
  assert.deepEqual(
    former.map(({ folder }) => before.repository.endsWith(folder)),
    [true],
  );
}
