import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isRoot } from '../support/backup-site.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));
const folder = suiteFolder();
let installation: Installation;
let worker: RunningWorker;
let home = '';

before(async () => {
  installation = makeInstallation(folder, isRoot ? 2 : 1);
  home = installation.homes[0] ?? '';
  mkdirSync(`${home}/public_html`);
  for (const name of ['a.php', 'b.php', 'two words.txt'])
    writeFileSync(`${home}/public_html/${name}`, `as it was: ${name}`);
  giveAway(home, 20_001);
  mkdirSync(`${folder}/cache`, { mode: 0o777 });
  installation.succeed('init');
  worker = new RunningWorker(folder);
  await worker.start();
});

after(() => worker.stop());

const user = isRoot ? { uid: 20_001, gid: 20_001 } : {};
const environment = () => ({
  PATH: process.env['PATH'],
  LANG: 'C.UTF-8',
  HOME: home,
  XDG_CACHE_HOME: `${folder}/cache`,
  LARDER_RUN: `${folder}/run`,
});

/** Types `larder …` as the account, from where it stands in its home. */
function type(words: readonly string[], at = '') {
  const typed = isRoot ? words : ['--account', 'u1', ...words];
  const options = { ...user, cwd: join(home, at), env: environment(), encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(larder, typed, options);
  return { status, stdout, stderr };
}

/** The answer in JSON of what must succeed. */
function ask(words: readonly string[], at = ''): Record<string, unknown> {
  const { status, stdout } = type([...words, '--json'], at);
  assert.equal(status, 0, stdout);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const read = (name: string) => readFileSync(`${home}/public_html/${name}`, 'utf8');

test('an account backs itself up, breaks its site, brings it back and takes that back', () => {
  assert.equal(ask(['backup', '-m', 'deploy'])['outcome'], 'done');
  rmSync(`${home}/public_html/a.php`);
  writeFileSync(`${home}/public_html/b.php`, 'broken');
  const plan = ask(['restore', 'a.php', 'b.php', '--at', 'latest', '--dry-run'], 'public_html');
  assert.deepEqual([plan['purpose'], existsSync(`${home}/public_html/a.php`)], ['restore', false]);
  assert.equal(type(['restore', 'a.php', 'b.php', '--at', 'latest'], 'public_html').status, 2);
  const receipt = ask(['restore', 'a.php', 'b.php', '--at', 'latest', '--yes'], 'public_html');
  assert.equal(typeof receipt['safetyPoint'], 'string');
  assert.deepEqual([read('a.php'), read('b.php')], ['as it was: a.php', 'as it was: b.php']);
  assert.equal(ask(['undo', '--yes'])['purpose'], 'undo');
  assert.deepEqual([existsSync(`${home}/public_html/a.php`), read('b.php')], [false, 'broken']);
});

test('a queued backup prints its job, which is there to be followed', () => {
  const id = type(['backup', '--no-wait', 'public_html']).stdout.trim();
  assert.match(id, /^[a-z0-9]{20}$/);
  const { jobs } = ask(['jobs']) as { jobs: { id: string }[] };
  assert.ok(jobs.some((job) => job.id === id));
});

test('a download gives the same zip to a file and to a pipe', () => {
  const file = join(home, 'x.zip');
  const { points } = ask(['list']) as { points: { id: string }[] };
  const at = points[0]?.id ?? '';
  assert.equal(ask(['download', 'public_html', '--at', at, '-o', file])['files'], 3);
  const words = ['download', 'public_html', '--at', at, '-o', '-'];
  const typed = isRoot ? words : ['--account', 'u1', ...words];
  const { status, stdout } = spawnSync(larder, typed, { ...user, cwd: home, env: environment() });
  assert.equal(status, 0);
  assert.deepEqual(stdout, readFileSync(file));
  assert.deepEqual(stdout.subarray(0, 2).toString(), 'PK');
});

test('a download whose reader has gone ends without a crash', async () => {
  const { points } = ask(['list']) as { points: { id: string }[] };
  const words = ['download', 'public_html', '--at', points[0]?.id ?? '', '-o', '-'];
  const typed = isRoot ? words : ['--account', 'u1', ...words];
  const child = spawn(larder, typed, { ...user, cwd: home, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  assert.doesNotMatch(said, /Unhandled|node:events/);
  assert.equal(status, 130, said);
});

test('paths are completed from the restore point', () => {
  const { stdout } = type(['complete', '--', ...(isRoot ? [] : ['--account', 'u1']), 'restore', 'tw'], 'public_html');
  assert.equal(stdout, isRoot ? 'two words.txt\n' : stdout);
});

test('who stands in a folder that was deleted can bring it back', { skip: !isRoot }, () => {
  mkdirSync(`${home}/gone`);
  writeFileSync(`${home}/gone/x`, 'x');
  giveAway(`${home}/gone`, 20_001);
  ask(['backup']);
  const script = `cd gone && rm -r ../gone && exec "$0" restore . --at latest --yes`;
  const { status, stderr } = spawnSync('sh', ['-c', script, larder], { ...user, cwd: home, env: environment() });
  assert.equal(status, 0, String(stderr));
  assert.equal(readFileSync(`${home}/gone/x`, 'utf8'), 'x');
});

test('another account, and what only root may do, is refused', { skip: !isRoot }, () => {
  assert.equal(type(['list', '--account', 'u2']).status, 4);
  assert.equal(type(['list', '--account', 'nobody']).status, 4);
  for (const words of [
    ['prune'],
    ['login'],
    ['forget', '1a2b3c4d'],
    ['keys', 'restic-env'],
    ['nightly'],
    ['accounts'],
  ]) {
    assert.equal(type(words).status, 5, words.join(' '));
  }
});

test('Ctrl-C ends the waiting and not the work', async () => {
  writeFileSync(`${home}/large`, randomBytes(200_000_000));
  giveAway(home, 20_001);
  const words = isRoot ? ['backup'] : ['--account', 'u1', 'backup'];
  const waiting = spawn(larder, words, { ...user, cwd: home, env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  waiting.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  while ((await newestState()) !== 'running') assert.ok(waiting.exitCode === null, told);
  waiting.kill('SIGINT');
  const [code] = (await once(waiting, 'close')) as [number];
  assert.equal(code, 130);
  assert.match(told, /goes on\. See how far it is: larder.* jobs/);
  let state = await newestState();
  while (state === 'running') state = await newestState();
  assert.equal(state, 'done');
});

test('a worker that dies under a command is waited for, and the job comes to its end', async () => {
  writeFileSync(`${home}/larger`, randomBytes(80_000_000));
  giveAway(home, 20_001);
  const typed = isRoot ? ['backup'] : ['--account', 'u1', 'backup'];
  const command = spawn(larder, typed, { ...user, cwd: home, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, told] = [gather(command.stdout), gather(command.stderr)];
  const exited = once(command, 'exit');
  while ((await newestState()) !== 'running') assert.ok(command.exitCode === null, told.join(''));
  await worker.kill();
  await worker.start();
  assert.deepEqual(await exited, [0, null], told.join(''));
  assert.match(told.join(''), /worker went away/);
  assert.match(out.join(''), /✓/);
});

async function newestState(): Promise<string | undefined> {
  const asked = worker.ask<'jobs'>({ kind: 'jobs', account: 'u1', limit: 1 });
  const { jobs } = await asked.catch((cause: unknown) => {
    throw new Error(`the worker said: ${worker.output}`, { cause });
  });
  return jobs[0]?.state;
}

test('without a worker nobody but root is served', { skip: !isRoot }, async () => {
  await worker.stop();
  const { status, stderr } = type(['status']);
  assert.equal(status, 8);
  assert.match(stderr, /worker does not answer/);
  assert.equal(installation.run('--account', 'u1', 'status').status, 0);
});

function gather(stream: NodeJS.ReadableStream): string[] {
  const parts: string[] = [];
  stream.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  return parts;
}
