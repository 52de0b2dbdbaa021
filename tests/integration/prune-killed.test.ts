/** However and whenever prune is killed, no snapshot loses anything, stock restic finds the repository whole, and the next prune ends the work. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import test, { suite, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import type { SnapshotId } from '../../plugin/domain/ids.ts';
import { sealKeyBytes } from '../../plugin/engine/master-key.ts';
import { makeSite, type BackupSite } from '../support/backup-site.ts';
import { checkSite, hashesOf, keepDays, pruneSite, snapshotIds } from '../support/maintenance.ts';

/** How often prune is killed at a random moment. */
const kills = Number(process.env['LARDER_TEST_KILLS'] ?? 40);

interface Scene {
  readonly site: BackupSite;
  readonly forgotten: readonly SnapshotId[];
  readonly kept: readonly SnapshotId[];
  /** What the newest snapshot holds. */
  readonly newest: string;
  /** Puts the repository back as it was before the first prune. */
  reset(): void;
}

async function setScene(t: TestContext): Promise<Scene> {
  const site = await makeSite(t);
  const ids = await keepDays(site, 6);
  const copy = `${site.location}-copy`;
  cpSync(site.location, copy, { recursive: true });
  return {
    site,
    forgotten: ids.slice(0, 3),
    kept: ids.slice(3),
    newest: hashesOf(site, ids[5] ?? ''),
    reset() {
      rmSync(site.location, { recursive: true });
      cpSync(copy, site.location, { recursive: true });
    },
  };
}

interface Ending {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly output: string;
  /** From its beginning, or that of the whole process when it did not get so far. */
  readonly milliseconds: number;
}

/** @param kill is called when the child begins. */
async function runPrune(
  { site, forgotten }: Scene,
  killAt: number,
  kill?: (end: () => void) => Promise<void>,
): Promise<Ending> {
  const program = fileURLToPath(new URL('../support/prune-child.ts', import.meta.url));
  const key = sealKeyBytes(site.masterKey).toString('hex');
  const child = spawn(process.execPath, [program, site.location, key, forgotten.join(','), String(killAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let beganAt = performance.now();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') {
      beganAt = performance.now();
      void kill?.(() => child.kill('SIGKILL'));
    }
    output += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output, milliseconds: performance.now() - beganAt };
}

/** Each start of restic derives a key, which is most of what it takes: our own check reads all data each time, restic now and then. */
async function nothingIsLost({ site, forgotten, kept, newest }: Scene, turn: number): Promise<void> {
  if (turn % 5 === 0) {
    // Of locks it removes only those whose process is dead.
    site.restic('unlock');
    site.restic('check', '--read-data');
  } else site.restic('check', '--no-lock');
  const { damage } = await checkSite(site, true);
  assert.deepEqual(damage, []);
  const ids = await snapshotIds(site);
  assert.deepEqual(
    ids.filter((id) => !forgotten.includes(id)),
    kept,
  );
  if (turn % 5 === 0) assert.equal(hashesOf(site, kept.at(-1) ?? ''), newest);
}

async function theNextPruneEndsIt(scene: Scene, turn: number): Promise<void> {
  const { site } = scene;
  await pruneSite(site);
  const { damage, hints, packs } = await checkSite(site, true);
  assert.deepEqual(
    { damage, hints: hints.filter(({ kind }) => kind !== 'unfinished-write') },
    { damage: [], hints: [] },
  );
  assert.ok(packs > 0);
  if (turn % 5 === 0) await nothingIsLost(scene, turn);
}

suite('prune killed', () => {
  test('before each of its steps', async (t) => {
    const scene = await setScene(t);
    const { code, output } = await runPrune(scene, 0);
    assert.equal(code, 0);
    const steps = Number(output.split('\n').at(-2));
    assert.ok(steps > 20, `only ${steps} steps`);
    for (let step = 1; step <= steps; step++) {
      scene.reset();
      const ending = await runPrune(scene, step);
      assert.equal(ending.signal, 'SIGKILL');
      await nothingIsLost(scene, step);
      await theNextPruneEndsIt(scene, step);
    }
  });

  test(`at ${kills} random moments, again and again`, async (t) => {
    const scene = await setScene(t);
    const { milliseconds } = await runPrune(scene, 0);
    let killed = 0;
    let wasKilled = false;
    for (let turn = 1; turn <= kills; turn++) {
      // Now and then a prune begins on what a killed one left.
      if (!wasKilled || turn % 3 !== 0) scene.reset();
      const ending = await runPrune(scene, 0, async (end) => {
        await setTimeout(Math.random() * 0.5 * milliseconds);
        end();
      });
      wasKilled = ending.signal === 'SIGKILL';
      if (wasKilled) killed++;
      await nothingIsLost(scene, turn);
    }
    await theNextPruneEndsIt(scene, 5);
    t.diagnostic(`killed ${killed} of ${kills} times before it was done`);
    assert.ok(killed > 0);
  });
});
