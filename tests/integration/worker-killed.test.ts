import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isFailure } from '../../plugin/domain/failure.ts';
import type { JobLine } from '../../plugin/protocol/jobs.ts';
import { findPlaintext } from '../support/find-plaintext.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const rounds = Number(process.env['LARDER_KILL_ROUNDS'] ?? 25);
const accounts = ['u1', 'u2'] as const;
const fileCount = 60;

suite(`a worker that is killed ${rounds} times, with all kinds of work at hand`, () => {
  const folder = suiteFolder();
  const asked = new Map<string, string>();
  let installation: Installation;
  let worker: RunningWorker;

  test('is started again each time, and every job comes to an end', async () => {
    installation = makeInstallation(folder, accounts.length);
    installation.succeed('init', '--no-input', '--yes');
    worker = new RunningWorker(folder);
    for (const account of accounts) writeVersion(installation, account, 0);
    await worker.start();
    for (const account of accounts) await worker.ask({ kind: 'backup', account, paths: [], label: 'good' });
    for (let round = 1; round <= rounds; round += 1) await playRound(round);
    await drain();
    const jobs = await allJobs();
    assert.ok(asked.size >= rounds);
    for (const [id, account] of asked) {
      const job = jobs.get(id);
      assert.ok(job !== undefined, `job ${id} of ${account} is lost`);
      assert.match(job.state, /^(done|failed|cancelled)$/);
    }
  });

  test('some were interrupted, and most were done nevertheless', async () => {
    const jobs = [...(await allJobs()).values()];
    assert.ok(jobs.some(({ attempts }) => attempts > 1));
    assert.ok(jobs.filter(({ state }) => state === 'done').length > jobs.length / 2);
  });

  test('each home is as before a restore or as after it, never between', () => {
    for (const account of accounts) assert.equal(versionsOf(installation, account).size, 1);
  });

  test('nothing of a home lies open in the state folder or where backups are kept', () => {
    const page = ' '.repeat(5000);
    assert.ok(findPlaintext(`${folder}/homes`, page).length >= fileCount, 'such a search finds what lies open');
    for (const place of ['state', 'backup']) assert.deepEqual(findPlaintext(`${folder}/${place}`, page), []);
  });

  test('what the last restore did can be taken back', async () => {
    for (const account of accounts) {
      writeVersion(installation, account, 9000);
      const plan = await planRestore(account);
      await worker.ask({ kind: 'run-plan', account, plan });
      assert.deepEqual([...versionsOf(installation, account)], ['version 0']);
      const undo = await worker.ask({ kind: 'plan-undo', account, job: undefined });
      await worker.ask({ kind: 'run-plan', account, plan: undo.plan });
      assert.deepEqual([...versionsOf(installation, account)], ['version 9000']);
    }
  });

  test('it ends in order', async () => assert.equal(await worker.stop(), 0));

  test('stock restic finds every repository whole', () => {
    for (const account of accounts) {
      installation.restic(account, 'unlock');
      const { status, stdout, stderr } = installation.restic(account, 'check', '--read-data');
      assert.equal(status, 0, stdout + stderr);
    }
  });

  async function playRound(round: number): Promise<void> {
    for (const account of accounts) await askSomething(round, account);
    await pause(Math.random() * 900);
    await worker.kill();
    await worker.start();
  }

  async function askSomething(round: number, account: string): Promise<void> {
    const kind = ['restore', 'backup', 'restore', 'local-copy'][(round + account.length + Number(account[1])) % 4];
    try {
      const { job } = await (kind === 'restore' ? askRestore(round, account) : askWork(kind, account));
      asked.set(job.id, account);
      if (round % 7 === 0) await worker.ask({ kind: 'cancel', account, job: job.id });
    } catch (error) {
      // An earlier restore of this account is still at work and changes the home: that is the story of this test.
      if (!isFailure(error)) throw error;
    }
  }

  /** Only when nothing else writes: the plan's re-check would refuse what this test itself changes meanwhile. */
  async function askRestore(round: number, account: string): Promise<{ job: JobLine }> {
    const { jobs } = await worker.ask({ kind: 'jobs', account, limit: 50 });
    const isQuiet = jobs.every(({ state }) => state !== 'waiting' && state !== 'running');
    if (isQuiet) writeVersion(installation, account, round);
    const plan = await planRestore(account);
    return worker.ask({ kind: 'enqueue', work: { kind: 'run-plan', account, plan } });
  }

  function askWork(kind: string | undefined, account: string): Promise<{ job: JobLine }> {
    const paths = [Buffer.from('site').toString('base64')];
    if (kind === 'local-copy') return worker.ask({ kind: 'enqueue', work: { kind, account, paths, keep: 2 } });
    return worker.ask({ kind: 'enqueue', work: { kind: 'backup', account, paths: [], label: 'later' } });
  }

  async function planRestore(account: string): Promise<string> {
    const { points } = await worker.ask({ kind: 'list', account });
    const good = points.find(({ label }) => label === 'good');
    const paths = [Buffer.from('site').toString('base64')];
    const { plan } = await worker.ask({
      kind: 'plan',
      account,
      point: good?.id ?? '',
      paths,
      target: { kind: 'in-place' },
      mode: 'merge',
    });
    return plan;
  }

  async function drain(): Promise<void> {
    for (;;) {
      const open = [...(await allJobs()).values()].filter(({ state }) => state === 'waiting' || state === 'running');
      if (open.length === 0) return;
      await pause(100);
    }
  }

  async function allJobs(): Promise<Map<string, JobLine>> {
    const all = new Map<string, JobLine>();
    for (const account of accounts) {
      const { jobs } = await worker.ask({ kind: 'jobs', account, limit: 1000 });
      for (const job of jobs) all.set(job.id, job);
    }
    return all;
  }
});

function siteOf(installation: Installation, account: string): string {
  return `${installation.homes[Number(account[1]) - 1]}/site`;
}

function writeVersion(installation: Installation, account: string, version: number): void {
  const site = siteOf(installation, account);
  mkdirSync(site, { recursive: true });
  for (let index = 0; index < fileCount; index += 1) {
    writeFileSync(`${site}/page-${index}.php`, `version ${version}`.padEnd(20_000, ' '));
  }
  giveAway(installation.homes[Number(account[1]) - 1] ?? '', 20_000 + Number(account[1]));
}

function versionsOf(installation: Installation, account: string): Set<string> {
  const site = siteOf(installation, account);
  const names = readdirSync(site).filter((name) => !name.startsWith('.larder-restore-')); // what a killed writer had begun
  assert.equal(names.length, fileCount, names.join(' '));
  return new Set(names.map((name) => readFileSync(`${site}/${name}`, 'utf8').trim()));
}
