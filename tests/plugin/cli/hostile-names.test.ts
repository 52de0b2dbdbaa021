import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import type { Answers } from '../../../plugin/protocol/requests.ts';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { runLarder } from '../../support/run-larder.ts';

const hostile = 'x\u001b]0;owned\u0007\u001b[2J\r\n\u202eexe\u009b31m';
const base64Fields = new Set(['path', 'name', 'linkTarget', 'file', 'folder']);

/** The answers with every text made hostile, except the words that the program itself chooses. */
function poison(answers: Answers): Answers {
  const chosen = new Set([
    'type',
    'outcome',
    'level',
    'reason',
    'action',
    'change',
    'state',
    'purpose',
    'every',
    'step',
    'now',
    'mark',
    'time',
    'startedAt',
    'modified',
    'lastBackupAt',
    'createdAt',
    'undoUntil',
    'expiresAt',
    'lastTime',
    'until',
  ]);
  const revived: unknown = JSON.parse(JSON.stringify(answers), (key, value: unknown) => {
    if (typeof value !== 'string' || chosen.has(key)) return value;
    return base64Fields.has(key) ? Buffer.from(hostile).toString('base64') : hostile;
  });
  return Object.assign(structuredClone(answers), revived);
}

const commands = [
  ['init', '--yes'],
  ['doctor'],
  ['accounts'],
  ['nightly'],
  ['backup', '--account', hostile],
  ['list', '--account', hostile],
  ['browse', 'latest', '--account', 'maria'],
  ['restore', '.', '--at', 'latest', '--yes', '--account', 'maria'],
  ['restore', '.', '--at', 'latest', '--dry-run', '--account', 'maria'],
  ['restore', '.', '--at', 'latest', '--to', '/tmp/x', '--account', 'maria'],
  ['undo', '--dry-run', '--account', 'maria'],
  ['find', hostile, '--account', 'maria'],
  ['versions', 'a', '--account', 'maria'],
  ['diff', 'latest', '--account', 'maria'],
  ['download', 'a', '--at', 'latest', '-o', hostile, '--account', 'maria'],
  ['status', '--account', 'maria'],
  ['jobs', '--account', 'maria'],
  ['cancel', hostile, '--account', 'maria'],
  ['backup', '--no-wait', '--account', 'maria'],
  ['local-copy', '--account', 'maria'],
  ['local-copies', '--account', 'maria'],
  ['local-copies', '--every', 'day', '--account', 'maria'],
  ['catalog', 'rebuild'],
  ['login', '--account', 'maria'],
  ['complete', '--', '--account', 'maria', 'restore', ''],
  ['complete', '--', '--account', 'maria', 'cancel', ''],
  ['check'],
  ['forget', '5e6f7a8b', '--account', 'maria'],
  ['prune'],
  ['keys', 'restic-env', '--account', 'maria'],
  [hostile],
  ['list', `--${hostile}`],
  ['help', hostile],
];

/** What is left after the colours that the program paints must hold no control character at all. */
function assertHarmless(text: string): void {
  const painted = text.replaceAll(/\u001b\[(?:\d{1,2}m|K)/g, '').replaceAll('\r', '');
  assert.doesNotMatch(painted.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}]/u);
  assert.equal(stripVTControlCharacters(painted), painted);
}

for (const argv of commands) {
  for (const isTerminal of [true, false]) {
    test(`hostile names never reach the ${isTerminal ? 'terminal' : 'file'} raw: ${argv[0]?.slice(0, 8)}`, async () => {
      const answers = poison(recordedAnswers);
      const progress = [{ ...advance, account: hostile }];
      const { stdout, stderr } = await runLarder(argv, { answers, isTerminal, progress });
      assertHarmless(argv[0] === 'complete' ? stdout.replaceAll('\t', ' ') : stdout);
      assertHarmless(stderr);
      assert.ok(!`${stdout}${stderr}`.includes('\r\n'));
    });
  }
}

const advance = {
  kind: 'advance',
  step: 'backup',
  account: '',
  items: 1,
  itemsTotal: 2,
  bytes: 1,
  bytesTotal: undefined,
} as const;

test('hostile facts of a failure are made harmless', async () => {
  const failure = new Failure('destination-unreachable', { destination: hostile, problem: hostile });
  const { stderr } = await runLarder(['list', '--account', 'maria'], { failure });
  assertHarmless(stderr);
});
