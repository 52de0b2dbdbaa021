import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startOf } from '../../plugin/platform/process-start.ts';
import type { DrillReport } from '../../plugin/protocol/proof.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { needsRoot } from '../support/backup-site.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Every pack of the one repository there is becomes a pipe that nobody writes to: who reads it waits for ever. @returns takes that back. */
function blockPacks(backups: string): () => void {
  const [repository = ''] = readdirSync(backups);
  const data = join(backups, repository, 'data');
  const packs = readdirSync(data).flatMap((name) =>
    readdirSync(join(data, name)).map((pack) => join(data, name, pack)),
  );
  assert.ok(packs.length > 0);
  for (const pack of packs) {
    renameSync(pack, `${backups}/../${pack.split('/').at(-1)}`);
    execFileSync('mkfifo', [pack]);
  }
  return () => {
    for (const pack of packs) {
      rmSync(pack);
      renameSync(`${backups}/../${pack.split('/').at(-1)}`, pack);
    }
  };
}

/** The process that does a drill now: sandboxes are called by whoever made them. */
async function drillingProcess(sandboxes: string, killed: ReadonlySet<number>): Promise<number> {
  for (const patience = new Patience(); ;) {
    for (const name of namesIn(sandboxes)) {
      const [id, started] = name.split('-', 2);
      if (killed.has(Number(id))) continue;
      if (started !== undefined && startOf(Number(id)) === started) return Number(id);
    }
    await patience.pause('a drill that runs');
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const patience = new Patience();
  while (!(await isSo())) await patience.pause(what);
}

/** So long that no machine is too slow, and not for ever. */
class Patience {
  readonly #until = Date.now() + 300_000;

  async pause(what: string): Promise<void> {
    if (Date.now() > this.#until) throw new Error(`in vain it was waited for: ${what}`);
    await pause(20);
  }
}

interface Prepared {
  readonly folder: string;
  readonly worker: RunningWorker;
  readonly unblock: () => void;
  /** Drills of `u1` that were begun and did not come to their end. */
  readonly unfinished: () => Promise<number>;
}

/** Two accounts that were backed up, of which what `u1` has can be read by nobody, and a worker. */
async function prepare(t: TestContext): Promise<Prepared> {
  const folder = temporaryFolder(t);
  const larder = makeInstallation(folder, 2, 'together');
  writeFileSync(`${folder}/larder.toml`, '[drills]\ndays = 1\n', { flag: 'a' });
  for (const [index, home] of larder.homes.entries()) {
    mkdirSync(`${home}/public_html`);
    writeFileSync(`${home}/public_html/index.html`, `<p>${index}</p>`);
    giveAway(home, 20_001 + index);
  }
  larder.succeed('init', '--no-input', '--yes');
  larder.succeed('--account', 'u1', 'backup');
  const unblock = blockPacks(`${folder}/backup`);
  larder.succeed('--account', 'u2', 'backup');
  const worker = new RunningWorker(folder);
  t.after(() => worker.kill());
  await worker.start();
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const options = { configuration, programVersion: 'test', isChild: true, hasWorker: true, threads: 0 };
  const opened = await openServices(options);
  t.after(() => opened.close());
  const { generation } = await findAccount(opened.services, 'u1');
  const unfinished = async () => (await opened.services.drills.unfinished(generation)).length;
  return { folder, worker, unblock, unfinished };
}

/** Whoever does it ends each time: the process alone, and once the worker with it, as when the machine stops. */
async function killThreeTimes({ folder, worker, unfinished }: Prepared): Promise<void> {
  const killed = new Set<number>();
  for (const time of [1, 2, 3]) {
    await until(`drill ${time}`, async () => (await unfinished()) === time);
    const pid = await drillingProcess(`${folder}/state/drills`, killed);
    killed.add(pid);
    if (time === 2) {
      process.kill(pid, 'SIGSTOP'); // a machine that stops lets nothing end in order
      await worker.kill();
    }
    process.kill(pid, 'SIGKILL');
    if (time === 2) await worker.start();
  }
}

test(
  'a drill that ends whoever does it is given up after three times, told, and keeps no other from its turn',
  { skip: needsRoot },
  async (t) => {
    const site = await prepare(t);
    const { worker } = site;
    const work = { kind: 'drill', account: undefined, which: 'due' } as const;
    const { job } = await worker.ask({ kind: 'enqueue', work });
    await killThreeTimes(site);
    const { job: ended, result } = await worker.ask({ kind: 'follow', account: job.account, job: job.id });
    assert.equal(ended.state, 'done');
    const done = (result as { readonly drills: readonly DrillReport[] }).drills;
    const given = done.find(({ account }) => account === 'u1');
    assert.deepEqual([given?.outcome, given?.problems], ['failed', [{ kind: 'unfinished', count: 3 }]]);
    const { drills } = await worker.ask({ kind: 'drills', account: 'u2', limit: 9 });
    assert.ok(drills.length > 0 && drills.every(({ outcome }) => outcome === 'passed'));
    assert.equal(await site.unfinished(), 0);

    await worker.ask({ kind: 'watch' });
    const { alerts } = await worker.ask({ kind: 'alerts', over: false });
    const [alert] = alerts.filter(({ kind }) => kind === 'drill-failed');
    assert.deepEqual(
      [alert?.account, alert?.severity, alert?.facts['problem'], alert?.facts['count']],
      ['u1', 'failure', 'unfinished', 3],
    );
    const { proven } = await worker.ask({ kind: 'status', account: 'u1' });
    assert.deepEqual([proven.everything, proven.failed?.fault], [undefined, 'undone']);
    const { points } = await worker.ask({ kind: 'list', account: 'u1' });
    assert.equal(points[0]?.damage, undefined, 'it says nothing about the backup');

    site.unblock();
    const again = await worker.ask({ kind: 'drill', account: 'u1', which: 'account' });
    assert.equal(again.drills[0]?.outcome, 'passed', 'then it is really tried again');
  },
);
