import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, failureOutcomes } from '../../../plugin/domain/failure.ts';
import type { BackupReport, Finding } from '../../../plugin/protocol/requests.ts';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { doneReport, failedReport, incompleteReport } from '../../support/recorded-reports.ts';
import { runLarder } from '../../support/run-larder.ts';

test('without a command the help goes to standard error and the exit code is 2', async () => {
  const { exitCode, stdout, stderr } = await runLarder([]);
  assert.deepEqual({ exitCode, stdout }, { exitCode: 2, stdout: '' });
  assert.match(stderr, /^larder –/);
});

for (const argv of [['status'], ['list'], ['browse', 'latest'], ['complete', '--', 're'], ['help']]) {
  test(`larder ${argv.join(' ')} does not wait to find out the zone of the server`, async () => {
    let asked = 0;
    const { exitCode } = await runLarder(argv, { own: 'maria', onTimeZone: () => (asked += 1) });
    assert.deepEqual({ exitCode, asked }, { exitCode: 0, asked: 0 });
  });
}

test('--version and --help need nothing else to be right', async () => {
  assert.equal((await runLarder(['--version'])).stdout, 'larder 1.2.3\n');
  assert.match((await runLarder(['restore', '--help'])).stdout, /^larder restore –/);
  assert.match((await runLarder(['keys', '--help'])).stdout, /keys check-recovery[^]*keys rotate/);
  assert.match((await runLarder(['passphrase', '--help'])).stdout, /^larder passphrase –[^]*passphrase set/);
});

const nights: readonly { title: string; accounts: BackupReport[]; exitCode: number }[] = [
  { title: 'all done', accounts: [doneReport], exitCode: 0 },
  { title: 'none there', accounts: [], exitCode: 0 },
  { title: 'one incomplete', accounts: [doneReport, incompleteReport], exitCode: 3 },
  { title: 'one failed', accounts: [doneReport, failedReport], exitCode: 3 },
  { title: 'all incomplete', accounts: [incompleteReport], exitCode: 3 },
  { title: 'all failed', accounts: [failedReport, failedReport], exitCode: 1 },
];
for (const { title, accounts, exitCode } of nights) {
  test(`a night with ${title} has exit code ${exitCode}`, async () => {
    const nightly = { ...recordedAnswers.nightly, accounts };
    assert.equal((await runLarder(['nightly'], { answers: { nightly } })).exitCode, exitCode);
  });
}

test('a night shows each account once, as soon as it is finished', async () => {
  const progress = [{ kind: 'account-finished', report: doneReport }] as const;
  const { stdout } = await runLarder(['nightly'], { progress });
  assert.equal(stdout.match(/maria/g)?.length, 1);
});

test('a backup that failed has the exit code of its failure', async () => {
  const failure = { code: 'no-space', facts: { path: '/backup' } };
  const backup: BackupReport = { ...failedReport, failure };
  const { exitCode, stdout } = await runLarder(['backup', '--account', 'maria'], { answers: { backup } });
  assert.equal(exitCode, 6);
  assert.match(stdout, /No space is left at \/backup/);
});

test('a failure is one sentence without a stack trace, with its own exit code', async () => {
  const failure = new Failure('repository-locked', { holder: 'restic on web3', since: '21:04' });
  const { exitCode, stdout, stderr } = await runLarder(['list', '--account', 'maria'], { failure });
  assert.deepEqual({ exitCode, stdout }, { exitCode: failureOutcomes['repository-locked'].exitCode, stdout: '' });
  assert.match(stderr, /^✗ Somebody else is working on this repository: restic on web3, since 21:04\./);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('an unexpected error asks to be reported; its stack is shown only under LARDER_DEBUG', async () => {
  const failure = new TypeError('x is not\u001b[2J a function');
  const short = await runLarder(['list', '--account', 'maria'], { failure });
  assert.equal(short.exitCode, 1);
  assert.match(short.stderr, /TypeError: x is not\\x1b\[2J a function.*please report it/);
  assert.equal(short.stderr.trimEnd().split('\n').length, 1);
  const long = await runLarder(['list', '--account', 'maria'], { failure, environment: { LARDER_DEBUG: '1' } });
  assert.match(long.stderr, /\n\s+at /);
});

test('with --json a failure is one object on standard output, in English whatever the language', async () => {
  const environment = { LANG: 'el_GR.UTF-8' };
  const { exitCode, stdout, stderr } = await runLarder(['list', '--json'], { environment });
  assert.deepEqual({ exitCode, stderr }, { exitCode: 2, stderr: '' });
  const expected = {
    field: '--account',
    text: '',
    hint: 'Usage: larder --account NAME list [--changed PATH] [--from DESTINATION]',
  };
  const message = '--account is missing. Usage: larder --account NAME list [--changed PATH] [--from DESTINATION]';
  assert.deepEqual(JSON.parse(stdout), { schema: 'larder/failure/1', code: 'invalid-input', message, facts: expected });
});

test('colours appear on a terminal only, and never with NO_COLOR, TERM=dumb or --no-color', async () => {
  const escape = '\u001b[';
  const list = ['list', '--account', 'maria'];
  assert.ok((await runLarder(list, { isTerminal: true })).stdout.includes(escape));
  assert.ok(!(await runLarder(list)).stdout.includes(escape));
  assert.ok(!(await runLarder([...list, '--no-color'], { isTerminal: true })).stdout.includes(escape));
  assert.ok(!(await runLarder(list, { isTerminal: true, environment: { NO_COLOR: '1' } })).stdout.includes(escape));
  assert.ok(!(await runLarder(list, { isTerminal: true, environment: { TERM: 'dumb' } })).stdout.includes(escape));
});

test('progress is drawn on a terminal and cleaned away', async () => {
  const progress = [1, 2, 3, 4, 5].map((step) => ({
    kind: 'advance' as const,
    step: 'backup' as const,
    account: 'maria',
    items: step * 100,
    itemsTotal: undefined,
    bytes: step * 1e8,
    bytesTotal: 1e9,
  }));
  const backup = ['backup', '--account', 'maria'];
  const { stderr } = await runLarder(backup, { isTerminal: true, progress, columns: 120 });
  assert.match(stderr, /Backing up maria .*50%  500 files  500 MB of 1\.0 GB  \d+ MB\/s  \d s left\r\u001b\[K/);
  assert.ok(!(await runLarder(backup, { progress })).stderr.includes('\r'));
  assert.ok(
    !(await runLarder(backup, { isTerminal: true, progress, environment: { TERM: 'dumb' } })).stderr.includes('\r'),
  );
  assert.equal((await runLarder([...backup, '--json'], { isTerminal: true, progress })).stderr, '');
});

test('init asks on a terminal, and a no makes nothing', async () => {
  const { exitCode, requests, stderr } = await runLarder(['init'], { isTerminal: true, stdin: 'n\n' });
  assert.deepEqual([exitCode, requests.length], [130, 0]);
  assert.match(stderr, /Nothing was set up/);
  assert.equal((await runLarder(['init', '--no-input', '--yes'], { isTerminal: true })).requests.length, 1);
});

test('dry runs say that nothing was changed', async () => {
  const { restore, forget, prune } = recordedAnswers;
  const answers = {
    restore: { ...restore, dryRun: true },
    forget: { ...forget, dryRun: true },
    prune: { ...prune, dryRun: true },
  };
  for (const command of [['restore', 'a', '--at', 'latest', '--to', '/tmp/x'], ['forget', '5e6f7a8b'], ['prune']]) {
    const { exitCode, stdout } = await runLarder([...command, '--dry-run', '--account', 'maria'], { answers });
    assert.equal(exitCode, 0);
    assert.match(stdout, /ould .*Nothing was changed/);
  }
});

test('where there is nothing yet, the next step is named', async () => {
  const accounts = { accounts: [] };
  const none = { repositories: [] };
  const answers = { accounts, list: { account: 'maria', points: [] }, check: none, prune: { dryRun: false, ...none } };
  const say = async (...argv: string[]) => (await runLarder(argv, { answers })).stderr;
  assert.match(await say('accounts'), /Check \[panel\]/);
  assert.match(await say('list', '--account', 'maria'), /larder --account maria backup/);
  assert.match(await say('check'), /larder nightly/);
  assert.match(await say('prune'), /larder nightly/);
});

test('doctor is content when nothing is bad', async () => {
  const good = { check: 'node', level: 'good', facts: { version: '24.21.0' } } as const;
  const warning = { check: 'rights', level: 'warning', facts: {} } as const;
  const run = (findings: Finding[]) => runLarder(['doctor'], { answers: { doctor: { findings } } });
  assert.match((await run([good])).stdout, /All is well/);
  const warned = await run([good, warning]);
  assert.equal(warned.exitCode, 0);
  assert.match(warned.stdout, /1 thing wants your attention/);
});
