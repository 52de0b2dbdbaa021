import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import type { JobLine } from '../../../plugin/protocol/jobs.ts';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { newest, pathBytes } from '../../support/recorded-points.ts';
import { runLarder, type Typed } from '../../support/run-larder.ts';

const own = { own: 'maria' };
const home = '/srv/homes/maria';

test('over its own socket an account needs no --account', async () => {
  const { exitCode, requests, stderr } = await runLarder(['list'], own);
  assert.equal(exitCode, 0);
  assert.deepEqual(requests, [{ kind: 'list', account: 'maria', changed: undefined }]);
  assert.match(stderr, /Look inside: larder browse 5e6f7a8b/);
  assert.match((await runLarder(['list', '--account', 'maria'])).stderr, /larder --account maria browse/);
});

for (const [label, only, shown] of [
  [undefined, ['mail'], 'only mail'],
  ['before the update', ['mail', 'site/a b'], 'before the update · only mail, …'],
  ['before the update', undefined, 'before the update'],
] as const) {
  test(`a backup of ${JSON.stringify(only ?? 'everything')} is listed as one`, async () => {
    const point = { ...newest, label, only: only?.map(pathBytes) };
    const answers = { list: { account: 'maria', points: [point] } };
    const { stdout } = await runLarder(['list'], { ...own, answers });
    assert.ok(stdout.trimEnd().endsWith(`  ${shown}`), stdout);
  });
}

test('another account is asked for as typed: the server refuses it', async () => {
  const { requests } = await runLarder(['status', '--account', 'nikos'], own);
  assert.deepEqual(requests, [{ kind: 'status', account: 'nikos' }]);
});

test('whoever stands in the home means relative paths from there', async () => {
  const at = async (workingDirectory: string, typed: string) => {
    const [request] = (await runLarder(['versions', typed], { ...own, workingDirectory })).requests;
    assert.equal(request?.kind, 'versions');
    return Buffer.from(request.path, 'base64').toString();
  };
  assert.equal(await at(`${home}/public_html`, 'index.php'), 'public_html/index.php');
  assert.equal(await at(`${home}/public_html`, '.'), 'public_html');
  assert.equal(await at(`${home}/public_html/a`, '../b'), 'public_html/b');
  assert.equal(await at(`${home}/public_html`, '..'), '');
  assert.equal(await at(`${home}/public_html`, '../../x'), '../x');
  assert.equal(await at(`${home}/public_html`, '~/mail'), 'mail');
  assert.equal(await at(`${home}/public_html`, '~'), '');
  assert.equal(await at(`${home}/public_html`, `${home}/mail/`), 'mail');
  assert.equal(await at(`${home}/public_html`, '/etc/passwd'), '/etc/passwd');
  assert.equal(await at(`${home}/~/\\x41`, 'b'), '~/\\x41/b');
  assert.equal(await at(home, 'mail'), 'mail');
  assert.equal(await at(`${home}2/public_html`, 'mail'), 'mail');
  assert.equal(await at('/tmp', '../x'), '../x');
});

test('root, too, means paths from the folder of the home where it stands', async () => {
  const { requests } = await runLarder(['versions', 'a', '--account', 'maria'], { workingDirectory: `${home}/mail` });
  assert.deepEqual(requests, [{ kind: 'versions', account: 'maria', path: pathBytes('mail/a') }]);
});

const waiting: JobLine = recordedAnswers.enqueue.job;

test('Ctrl-C ends the waiting, says how to follow or stop the job, and exits with 130', async () => {
  const progress = [{ kind: 'job', job: waiting }] as const;
  const failure = new Failure('cancelled', { action: 'backup' });
  const failsAt = () => failure;
  const { exitCode, stderr } = await runLarder(['backup'], { ...own, progress, failsAt });
  assert.equal(exitCode, 130);
  assert.match(stderr, /job k3v9q2xw0m5n7p1r8t4u goes on/);
  assert.match(stderr, /larder jobs\. Stop it: larder cancel k3v9q2xw\./);
  const { stdout } = await runLarder(['backup', '--json'], { ...own, progress, failsAt });
  assert.match(stdout, /"code":"goes-on".*"job":"k3v9q2xw0m5n7p1r8t4u"/);
});

test('a worker that goes away is waited for, and the job is followed at the one that comes', async () => {
  const progress = [{ kind: 'job', job: waiting }] as const;
  const lost = new Failure('interrupted', { action: 'backup', after: 'the connection to the worker ended' });
  const failsAt = (kind: string) => (kind === 'backup' ? lost : undefined);
  const answers = { follow: { job: { ...waiting, state: 'done' as const }, result: recordedAnswers.backup } };
  const { exitCode, stdout, stderr, requests } = await runLarder(['backup'], { ...own, progress, failsAt, answers });
  assert.deepEqual(
    requests.map(({ kind }) => kind),
    ['backup', 'follow'],
  );
  assert.match(stderr, /worker went away/);
  const undisturbed = await runLarder(['backup'], own);
  assert.deepEqual([stdout, exitCode], [undisturbed.stdout, undisturbed.exitCode]);
});

test('a job that failed at the next worker is told as such', async () => {
  const progress = [{ kind: 'job', job: waiting }] as const;
  const lost = new Failure('interrupted', { action: 'backup', after: 'the connection to the worker ended' });
  const failsAt = (kind: string) => (kind === 'backup' ? lost : undefined);
  const failure = { code: 'no-space', facts: { path: '/backup' } };
  const answers = { follow: { job: { ...waiting, state: 'failed' as const, failure }, result: undefined } };
  const { stderr } = await runLarder(['backup'], { ...own, progress, failsAt, answers });
  assert.match(stderr, /\/backup/);
});

test('what a failure advises is said in the language of who reads it, and in English to programs', async () => {
  const failure = new Failure('not-allowed', { action: 'x', hint: 'The administrator of this server can do it.' });
  const typed = { ...own, failure, environment: { LANG: 'el_GR.UTF-8' } };
  assert.match((await runLarder(['status'], typed)).stderr, /Μπορεί να το κάνει ο διαχειριστής/);
  assert.match((await runLarder(['status', '--json'], typed)).stdout, /"hint":"The administrator/);
});

test('what runs in this process stops with Ctrl-C', async () => {
  const failsAt = () => new Failure('cancelled', { action: 'backup' });
  const { exitCode, stderr } = await runLarder(['backup', '--account', 'maria'], { failsAt, isWorker: false });
  assert.equal(exitCode, 130);
  assert.match(stderr, /Stopped: backup/);
});

test('a backup that is not waited for prints the id of its job and nothing else', async () => {
  const { stdout, stderr, requests } = await runLarder(['backup', 'a', '-m', 'deploy', '--no-wait'], own);
  assert.equal(stdout, `${waiting.id}\n`);
  assert.match(stderr, /2 jobs before it, about 3 min\.\nSee how far it is: larder jobs/);
  const work = { kind: 'backup', account: 'maria', paths: [pathBytes('a')], label: 'deploy' };
  assert.deepEqual(requests, [{ kind: 'enqueue', work }]);
});

test('without a worker a queued job says that it waits for one', async () => {
  const { stderr } = await runLarder(['backup', '--no-wait', '--account', 'maria'], { isWorker: false });
  assert.match(stderr, /It waits until a worker runs\./);
});

test('while a job waits, the line of progress says how many are before it', async () => {
  const progress = [{ kind: 'job', job: waiting }] as const;
  const { stderr } = await runLarder(['backup'], { ...own, isTerminal: true, progress });
  assert.match(stderr, /2 jobs before it, about 3 min\r/);
});

const nothingFound: readonly (readonly [string, readonly string[], Typed['answers']])[] = [
  ['find', ['find', 'menuu'], { find: { account: 'maria', matches: [], isComplete: true } }],
  ['versions', ['versions', 'a'], { versions: { account: 'maria', path: pathBytes('a'), versions: [] } }],
  ['list --changed', ['list', '--changed', 'a'], { list: { account: 'maria', points: [] } }],
  ['cancel', ['cancel', 'zz11yy22'], { cancel: { job: { ...waiting, state: 'done' } } }],
];
for (const [name, argv, answers = {}] of nothingFound) {
  test(`larder ${name} has exit code 4 when there is nothing`, async () => {
    assert.equal((await runLarder(argv, { ...own, answers })).exitCode, 4);
  });
}

test('an account without a backup is told how to make one', async () => {
  const nothing = { lastBackup: undefined, points: 0, oldestPointAt: undefined, jobs: [], undo: undefined };
  const answers = { status: { ...recordedAnswers.status, ...nothing, workerRunning: false } };
  const { stdout, stderr, exitCode } = await runLarder(['status'], { ...own, answers });
  assert.equal(exitCode, 0);
  assert.match(stdout, /none yet\. Make one now: larder backup/);
  assert.match(stderr, /No worker runs/);
});

test('the worker unreachable is exit code 8', async () => {
  const failure = new Failure('worker-unreachable', { socket: '/run/larder', mend: 'Start it.' });
  assert.equal((await runLarder(['status'], { ...own, failure })).exitCode, 8);
});

for (const columns of [80, 100, 200]) {
  test(`tables keep within ${columns} columns in every language`, async () => {
    for (const LANG of ['en_US.UTF-8', 'el_GR.UTF-8', 'de_DE.UTF-8']) {
      for (const argv of [['list'], ['status'], ['jobs'], ['versions', 'a'], ['find', 'a'], ['local-copies']]) {
        const typed = { ...own, isTerminal: true, columns, environment: { LANG, NO_COLOR: '1' } };
        const { stdout } = await runLarder(argv, typed);
        for (const line of stdout.split('\n')) assert.ok(line.length <= columns, `${LANG} ${argv.join(' ')}: ${line}`);
      }
    }
  });
}
