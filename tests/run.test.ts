import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';

const folder = mkdtempSync(path.join(tmpdir(), 'larder-runner-'));
after(() => rmSync(folder, { recursive: true }));

const cases = [
  {
    title: 'passed, failed and skipped tests are counted, nested ones too',
    body: `
      test('one', () => {});
      suite('two', () => { test('three', () => {}); test('four', () => { throw new Error('no'); }); });
      test('five', { skip: 'no restic here' }, () => {});
      test('six', (t) => t.skip());
      test('seven', { todo: true }, () => {});`,
    last: '2 passed, 1 failed, 3 skipped',
    says: [': four\n', ': five (no restic here)\n', ': six (no reason given)\n', ': seven (still to be written)\n'],
  },
  {
    title: 'a suite whose hook fails is a failure though all its tests passed',
    body: `suite('one', () => { after(() => { throw new Error('no'); }); test('two', () => {}); });`,
    last: '1 passed, 1 failed, 0 skipped',
    says: [': one\n'],
  },
  {
    title: 'a file that exits before its tests ended has failed, whatever its exit code',
    body: `test('one', () => {}); test('two', () => { process.exit(0); });`,
    last: '0 passed, 1 failed, 0 skipped',
    says: [': (the file exited with 0 before its tests ended, or it holds none)\n'],
  },
  {
    title: 'a file that cannot be read as a program has failed',
    body: `test('one', () => {}`,
    last: '0 passed, 1 failed, 0 skipped',
    says: ['SyntaxError'],
  },
  {
    title: 'a file without a test has failed',
    body: '',
    last: '0 passed, 1 failed, 0 skipped',
    says: ['or it holds none)\n'],
  },
  {
    title: 'a run in which every test was skipped has failed',
    body: `test('one', { skip: 'no restic here' }, () => {});`,
    last: '0 passed, 0 failed, 1 skipped',
    says: ['No test ran.\n'],
  },
  {
    title: 'a file that hangs is stopped',
    timeoutSeconds: 3,
    body: `test('one', () => {}); test('two', () => new Promise(() => setInterval(() => {}, 1000)));`,
    last: '1 passed, 1 failed, 0 skipped',
    says: [': (the file was stopped after 3 s)\n'],
  },
];

for (const { title, body, last, says, timeoutSeconds } of cases) {
  test(title, () => {
    const { status, output } = runFile(body, timeoutSeconds);
    assert.equal(output.trimEnd().split('\n').at(-1), last);
    for (const text of says) assert.ok(output.includes(text), `${JSON.stringify(text)} is not in:\n${output}`);
    assert.equal(status, 1);
  });
}

test('a child that a test forgot is ended and does not hold the run up', () => {
  const body = `test('one', () => { console.log('child', spawn('sleep', ['300'], { stdio: 'inherit' }).pid); });`;
  const { status, output } = runFile(body);
  assert.equal(status, 0);
  assert.match(output, /\n1 passed, 0 failed, 0 skipped\n$/);
  const child = /^child (\d+)$/m.exec(output)?.[1] ?? assert.fail(output);
  assert.ok(hasEnded(child));
});

const failsOnce = `import { existsSync, writeFileSync } from 'node:fs';
  test('one', () => { const mark = import.meta.filename + '.mark'; if (!existsSync(mark)) { writeFileSync(mark, ''); throw new Error('the reason'); } });`;

test('a file that failed is run once more when that is asked for, and both are told', () => {
  const { status, output } = runFile(failsOnce, 60, ['--repeat-failed']);
  assert.equal(status, 0, output);
  assert.match(output, /Failed at first, and was run once more:\n {2}.*: one\n\n1 passed, 0 failed, 0 skipped\n$/);
  const again = runFile(`test('two', () => { throw new Error('the reason'); });`, 60, ['--repeat-failed']);
  assert.equal(again.status, 1);
  assert.match(
    again.output,
    /the reason[^]*Failed at first[^]*: two\n\nFailed:\n.*: two\n\n0 passed, 1 failed, 0 skipped\n$/,
  );
});

test('a file that failed is not run again unasked', () => {
  const { status, output } = runFile(failsOnce.replace('.mark', '.unasked'));
  assert.equal(status, 1);
  assert.match(output, /the reason[^]*Failed:\n.*: one\n\n0 passed, 1 failed, 0 skipped\n$/);
});

test('a name that leads nowhere is refused', () => {
  const { status, output } = run(['tests/no-such-folder']);
  assert.equal(output, 'There is no tests/no-such-folder.\n');
  assert.equal(status, 2);
});

/** Gone, or dead and waiting for its parent to notice. */
function hasEnded(processId: string): boolean {
  try {
    return readFileSync(`/proc/${processId}/stat`, 'latin1').includes(') Z ');
  } catch {
    return true;
  }
}

function runFile(
  body: string,
  timeoutSeconds = 60,
  words: readonly string[] = [],
): { status: number | null; output: string } {
  const file = path.join(folder, 'planted.test.ts');
  const imports = `import test, { after, suite } from 'node:test'; import { spawn } from 'node:child_process';`;
  writeFileSync(file, `${imports}\n${body}`);
  return run(['--timeout-seconds', String(timeoutSeconds), ...words, file]);
}

function run(words: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tests/run.ts', ...words], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
