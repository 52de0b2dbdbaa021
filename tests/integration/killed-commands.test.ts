import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import test, { before, suite, type TestContext } from 'node:test';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { openInstallation } from '../support/open-installation.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

/** Rounds in all: backup, prune and restore take turns. */
const rounds = Number(process.env['LARDER_KILL_ROUNDS'] ?? 200);
const checkEvery = 25;
const uid = 20_001;
/** Longer than any of the commands takes, so that kills fall on all of it, and a few come too late. */
const longestMilliseconds = 900;

/** What a killed writer was writing stays under such a name until a later restore finds it a day old. */
const leftover = /\.larder-restore-[0-9a-f]{32}/;

/** The same kills in every run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

suite(`commands are killed at ${rounds} moments`, () => {
  const folder = suiteFolder();
  const random = makeRandom(20_261_121);
  let larder: Installation;
  let home: string;

  before(() => {
    larder = makeInstallation(folder, 1);
    home = larder.homes[0] ?? '';
    for (let number = 0; number < 300; number++) {
      mkdirSync(`${home}/part-${number % 7}`, { recursive: true });
      writeFileSync(`${home}/part-${number % 7}/file-${number}`, `${number} `.repeat(2000 + random(20_000)));
    }
    giveAway(home, uid);
    larder.succeed('init', '--no-input', '--yes');
    larder.succeed('--account', 'u1', 'backup');
  });

  /** Read from the repository's folder: a command for each look would take most of the time. */
  const points = (): string[] => {
    return globSync(`${folder}/backup/u1-*/snapshots/*`)
      .map((path) => path.slice(-64))
      .toSorted();
  };

  async function killAtRandom(...words: string[]): Promise<void> {
    const child = larder.start('--account', 'u1', ...words);
    const exited = once(child, 'exit');
    await Promise.race([exited, delay(random(longestMilliseconds))]);
    if (child.exitCode === null && child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    await exited;
  }

  /** In this process: a command of its own would take longer than what is tried here. */
  async function forget(t: TestContext, point: string): Promise<void> {
    const performing = await openInstallation(t, larder);
    await performRequest(performing, { kind: 'forget', account: 'u1', points: [point], dryRun: false });
    await performing.close();
  }

  async function oneRound(t: TestContext, round: number): Promise<void> {
    const known = points();
    if (round % 3 === 0) {
      appendFileSync(`${home}/part-${round % 7}/file-${random(300)}`, `round ${round}`);
      giveAway(home, uid);
      await killAtRandom('backup');
    } else if (round % 3 === 1) {
      if (known.length > 3) await forget(t, known[random(known.length - 1)] ?? '');
      const kept = points();
      await killAtRandom('prune');
      assert.deepEqual(points(), kept, `prune of round ${round} lost a restore point`);
    } else {
      await killAtRandom('restore', '.', '--at', 'latest', '--to', `${folder}/target`);
    }
    if (round % 3 === 1) return;
    const now = new Set(points());
    assert.deepEqual(
      known.filter((point) => !now.has(point)),
      [],
      `round ${round} lost a restore point`,
    );
  }

  test('no restore point is lost, stock restic finds no fault, and no lock stays in the way', async (t) => {
    for (let round = 0; round < rounds; round++) {
      await oneRound(t, round);
      if (round % checkEvery !== checkEvery - 1) continue;
      larder.succeed('--account', 'u1', 'prune');
      const check = larder.restic('u1', 'check', ...(round + checkEvery > rounds ? ['--read-data'] : []));
      assert.equal(check.status, 0, `after round ${round}: ${check.stdout}${check.stderr}`);
    }
  });

  test('a restore after killed ones leaves exactly what was backed up, and no file is half written', () => {
    larder.succeed('--account', 'u1', 'backup');
    larder.succeed('--account', 'u1', 'restore', '.', '--at', 'latest', '--to', `${folder}/target`);
    const differences = compareTrees(home, `${folder}/target`);
    assert.deepEqual(
      differences.filter((line) => !leftover.test(line)),
      [],
    );
  });
});
