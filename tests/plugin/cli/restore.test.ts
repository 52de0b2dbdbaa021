import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import type { PlanReport } from '../../../plugin/protocol/plans.ts';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { runLarder } from '../../support/run-larder.ts';

const inPlace = ['restore', 'a', '--at', 'yesterday'];
const own = { own: 'maria' };
const asking = { own: 'maria', isTerminal: true, environment: { NO_COLOR: '1' } };
const { plan } = recordedAnswers;

/** The plan of the recorded answers, with other counts. */
function planWith(counts: Partial<PlanReport['counts']>, more: Partial<PlanReport> = {}): PlanReport {
  return { ...plan, ...more, counts: { ...plan.counts, ...counts } };
}

test('a restore shows its plan, asks, and then runs exactly that plan', async () => {
  const { exitCode, stdout, stderr, requests } = await runLarder(inPlace, { ...asking, stdin: 'y\n' });
  assert.equal(exitCode, 0);
  assert.match(stderr, /From Wed 18 Nov 2026 21:12 .*: the nearest before Thu 19 Nov 2026 23:59\./);
  assert.match(stderr, /\+ 4 come back, ~ 1 replaced by the older, – 0 deleted, = 38 same \(5\.6 MB\)/);
  assert.match(stderr, /Bring back 5 files\? Undo stays possible until 27 Nov\. \[y\/N\]/);
  assert.match(stdout, /Brought back 5 entries \(5\.6 MB\) in 1 s\./);
  assert.match(stderr, /You can undo this until Fri 27 Nov 2026 12:04: larder undo/);
  const [planned, run] = requests;
  assert.equal(planned?.kind === 'plan' && planned.point, '2026-11-19T21:59:59.999Z');
  assert.deepEqual(run, { kind: 'run-plan', account: 'maria', plan: plan.plan });
});

for (const stdin of ['n\n', '\n', '', 'maybe\n']) {
  test(`a restore changes nothing after ${JSON.stringify(stdin)}`, async () => {
    const { exitCode, requests, stderr } = await runLarder(inPlace, { ...asking, stdin });
    assert.deepEqual([exitCode, requests.length], [130, 1]);
    assert.match(stderr, /Nothing was changed/);
  });
}

for (const more of [[], ['--no-input'], ['--json'], ['--delete']]) {
  test(`a restore that cannot ask needs --yes (${more.join('') || 'no terminal'})`, async () => {
    const isTerminal = more.includes('--no-input') || more.includes('--json');
    const { exitCode, requests, stdout, stderr } = await runLarder([...inPlace, ...more], { ...own, isTerminal });
    assert.deepEqual([exitCode, requests.length], [2, 0]);
    assert.match(stdout + stderr, /Add --yes to go ahead/);
  });
}

test('--yes alone never deletes; --delete --yes makes it exactly as it was', async () => {
  const modeOf = async (...more: string[]) => {
    const [planned] = (await runLarder([...inPlace, '--yes', ...more], own)).requests;
    return planned?.kind === 'plan' ? planned.mode : undefined;
  };
  assert.equal(await modeOf(), 'merge');
  assert.equal(await modeOf('--delete'), 'exact');
});

test('what would be deleted is shown first, and named in the question', async () => {
  const deleted = {
    ...plan.entries[0],
    path: pathBytes('later.php'),
    action: 'deleted',
  } as PlanReport['entries'][number];
  const answers = { plan: planWith({ deleted: 1 }, { mode: 'exact', entries: [...plan.entries, deleted] }) };
  const { stderr } = await runLarder([...inPlace, '--delete'], { ...asking, answers, stdin: 'n\n' });
  assert.match(stderr, /– 1 deleted.*\n {2}– later\.php/);
  assert.match(stderr, /Bring back 5 entries and delete 1 that came later\?/);
});

test('a plan with more than files asks about entries', async () => {
  const folder = { ...plan.entries[0], type: 'dir' } as PlanReport['entries'][number];
  const answers = { plan: planWith({}, { entries: [folder, ...plan.entries.slice(1)] }) };
  const { stderr } = await runLarder(inPlace, { ...asking, answers, stdin: 'n\n' });
  assert.match(stderr, /Bring back 5 entries\?/);
});

test('when all is the same, nothing is asked and the exit code is 4', async () => {
  const answers = { plan: planWith({ comesBack: 0, replaced: 0 }, { entries: [], warnings: [] }) };
  const { exitCode, requests, stderr } = await runLarder(inPlace, { ...asking, answers });
  assert.deepEqual([exitCode, requests.length], [4, 1]);
  assert.match(stderr, /Everything there is the same as then\. Look at an earlier day\?/);
});

test('without room nothing is asked and the exit code is 6', async () => {
  const answers = { plan: planWith({}, { warnings: [{ kind: 'no-space', needed: 486e6, free: 120e6 }] }) };
  const { exitCode, requests, stderr } = await runLarder([...inPlace, '--yes'], { ...own, answers });
  assert.deepEqual([exitCode, requests.length], [6, 1]);
  assert.match(stderr, /This needs 486 MB, and 120 MB are free\./);
});

test('a dry run lists everything and runs nothing', async () => {
  const { exitCode, requests, stdout, stderr } = await runLarder([...inPlace, '--dry-run'], own);
  assert.deepEqual([exitCode, requests.length], [0, 1]);
  assert.equal(stdout.trimEnd().split('\n').length, 1 + plan.entries.length);
  assert.match(stderr, /Nothing was changed\./);
});

test('when the home changed since the plan, the new plan is shown and asked about again', async () => {
  const failure = new Failure('plan-changed', { changes: 2, plan: 'other' });
  let runs = 0;
  const failsFirst = (kind: string) => (kind === 'run-plan' && (runs += 1) === 1 ? failure : undefined);
  const asked = await runLarder(inPlace, { ...asking, failsAt: failsFirst, stdin: 'y\n' });
  assert.deepEqual(
    asked.requests.map(({ kind }) => kind),
    ['plan', 'run-plan', 'plan'],
  );
  assert.equal(asked.exitCode, 130);
  assert.match(
    asked.stderr,
    /2 entries changed meanwhile\. This is how it stands now:\n(?:.*\n)*.*Bring back 5 files\?/,
  );
  const unasked = await runLarder([...inPlace, '--yes'], {
    ...own,
    failsAt: (kind) => (kind === 'run-plan' ? failure : undefined),
  });
  assert.deepEqual([unasked.exitCode, unasked.requests.length], [7, 2]);
});

test('a restore with problems names them and has exit code 3', async () => {
  const problems = [{ path: pathBytes('a\u001bb'), reason: 'quota', lost: true }];
  const answers = { 'run-plan': { ...recordedAnswers['run-plan'], problemCount: 12, problems } };
  const { exitCode, stderr } = await runLarder([...inPlace, '--yes'], { ...own, answers });
  assert.equal(exitCode, 3);
  assert.match(stderr, /a\\x1bb: missing, quota\n.*and 11 more/);
});

test('root restores into a folder outside of the home at once; accounts cannot name one', async () => {
  const outside = [...inPlace, '--to', '/tmp/x'];
  const root = await runLarder([...outside, '--account', 'maria']);
  assert.deepEqual([root.exitCode, root.requests.map(({ kind }) => kind)], [0, ['restore']]);
  const [asked] = (await runLarder([...outside, '--yes'], own)).requests;
  const target = { kind: 'folder', path: pathBytes('/tmp/x') };
  assert.deepEqual(asked?.kind === 'plan' && asked.target, target);
});

test('an undo says what it takes back and what changed since', async () => {
  const planUndo = { ...recordedAnswers['plan-undo'], warnings: [{ kind: 'changed-since', count: 3 }] } as const;
  const receipt = { ...recordedAnswers['run-plan'], purpose: 'undo' } as const;
  const answers = { 'plan-undo': planUndo, 'run-plan': receipt };
  const { exitCode, stdout, stderr } = await runLarder(['undo'], { ...asking, answers, stdin: 'y\n' });
  assert.equal(exitCode, 0);
  assert.match(stderr, /Takes back what job a1b2c3d4 changed/);
  assert.match(stderr, /3 entries were changed since then\. They go back, too\./);
  assert.match(stderr, /Put 5 entries back as they were before\?/);
  assert.match(stdout, /5 entries are back as they were before/);
});
