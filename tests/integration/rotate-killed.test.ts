/** However a rotation is killed, what the rules keep is whole and the next rotation ends the work, records and catalog included. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'node:test';
import type { Clock } from '../../plugin/contracts/clock.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { openHistorySite } from '../support/history-site.ts';
import { giveAway, openedInstallation, type Installation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const kills = Number(process.env['LARDER_TEST_KILLS'] ?? 3);
const nights = 24;
const day = 86_400_000;

test(`rotation killed ${kills} times`, async (t) => {
  const folder = temporaryFolder(t);
  await letNightsPass(folder);
  const larder = openedInstallation(folder, 1);
  const kept = keptBy(larder);
  assert.ok(kept.length > 0 && kept.length < nights);
  const parts = ['backup', 'state'];
  const reset = (from: string, to: string): void => {
    for (const part of parts) {
      rmSync(`${to}/${part}`, { recursive: true, force: true });
      execFileSync('cp', ['-a', `${from}/${part}`, `${to}/${part}`]);
    }
  };
  mkdirSync(`${folder}/before`, { mode: 0o700 });
  reset(folder, `${folder}/before`);
  const begun = performance.now();
  larder.succeed('rotate', '--yes');
  const milliseconds = performance.now() - begun;
  assert.deepEqual(points(larder), kept);
  let killed = 0;
  for (let turn = 1; turn <= kills; turn += 1) {
    reset(`${folder}/before`, folder);
    const child = larder.start('rotate', '--yes');
    const ended = once(child, 'close');
    await wait((0.3 + 0.7 * Math.random()) * milliseconds);
    if (child.kill('SIGKILL')) killed += 1;
    await ended;
    larder.restic('u1', 'unlock'); // Larder sees by itself that whoever held a lock is dead; restic wants to be told
    const { status, stderr } = larder.restic('u1', 'check', '--read-data');
    assert.equal(status, 0, stderr);
    const left = new Set(points(larder));
    assert.deepEqual(
      kept.filter((id) => !left.has(id)),
      [],
      'nothing is lost that the rules keep',
    );
    larder.succeed('rotate', '--yes');
    assert.deepEqual(points(larder), kept);
    larder.succeed('check');
    assert.equal(larder.restic('u1', 'check', '--read-data').status, 0);
  }
  t.diagnostic(`killed ${killed} of ${kills} times before it was done`);
  assert.ok(killed > 0);
});

/** One account with a restore point of each of the last nights, each with contents of its own. */
async function letNightsPass(folder: string): Promise<void> {
  let now = Date.now() - nights * day;
  const clock: Clock = { now: () => new Date(now), elapsedMilliseconds: () => systemClock.elapsedMilliseconds() };
  const site = await openHistorySite(folder, 1, clock);
  const { archivers } = site.services;
  const run: typeof archivers.run = (order, onProgress, signal) =>
    archivers.run({ ...order, time: clock.now() }, onProgress, signal);
  for (let night = 0; night < nights; night += 1) {
    writeFileSync(`${site.homes[0]}/upload${night % 5}`, randomBytes(200_000));
    giveAway(site.homes[0] ?? '', 20_001);
    const { accounts } = await site.perform(
      { kind: 'nightly' },
      { archivers: { ...archivers, size: archivers.size, run } },
    );
    assert.equal(accounts[0]?.outcome, 'done');
    now += day;
  }
  await site.close();
}

function keptBy(larder: Installation): string[] {
  const report = larder.json('rotate', '--dry-run', '--yes') as { accounts: { keep: { id: string }[] }[] };
  return (report.accounts[0]?.keep ?? []).map(({ id }) => id);
}

function points(larder: Installation): string[] {
  return (larder.json('--account', 'u1', 'list') as { points: { id: string }[] }).points.map(({ id }) => id);
}
