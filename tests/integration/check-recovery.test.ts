import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRecoveryIdentity } from '../../plugin/platform/create-keys.ts';
import { encryptToRecipients } from '../../plugin/platform/recovery-recipients.ts';
import { openKeysSite, outcomesOf } from '../support/keys-site.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder, temporaryFolder } from '../support/temporary-folder.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));
const hasScript = spawnSync('script', ['--version']).status === 0;

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly facts: { readonly [name: string]: unknown };
}

const everywhere = (outcome: string) => ({
  'local u1': outcome,
  'local u2': outcome,
  'second u1': outcome,
  'second u2': outcome,
  'berlin u1': outcome,
  'berlin u2': outcome,
});

const whole = openKeysSite(suiteFolder(), 2);

test('a recovery key is proven to open every repository, copy and archive, and that is remembered', async (t) => {
  const { site, identities, check } = whole;
  const proof = (): Finding | undefined =>
    (site.json('doctor')['findings'] as Finding[]).find((finding) => finding.check === 'recovery-proof');
  assert.deepEqual([proof()?.level, proof()?.facts], ['warning', { all: 2, proven: 0 }]);

  const without = check();
  assert.equal(without.exitCode, 0);
  assert.deepEqual(outcomesOf(without), everywhere('sealed'));
  assert.deepEqual(
    without.places.map(({ sealedFor }) => sealedFor),
    Array(6).fill(2),
  );
  assert.deepEqual(
    without.keys.map(({ provenAt }) => provenAt),
    [null, null],
    'nothing is proven by looking',
  );

  const first = check('--identity', identities[0]);
  assert.equal(first.exitCode, 0);
  assert.deepEqual(outcomesOf(first), everywhere('opens'));
  assert.deepEqual(
    first.keys.map(({ isGiven, provenAt }) => [isGiven, provenAt !== null]),
    [
      [true, true],
      [false, false],
    ],
  );

  const worker = new RunningWorker(site.folder);
  await worker.start();
  t.after(() => worker.stop());
  const env = { PATH: process.env['PATH'], LARDER_CONFIG: `${site.folder}/larder.toml` };
  const words = ['-c', '"$0" keys check-recovery --json --identity /dev/fd/3 3< "$1"', larder, identities[1]];
  const beside = spawnSync('sh', words, { env, encoding: 'utf8' });
  assert.equal(beside.status, 0, beside.stderr);
  assert.equal(proof()?.level, 'good');

  const both = readFileSync(identities[0], 'utf8') + readFileSync(identities[1], 'utf8');
  for (const secret of both.match(/AGE-SECRET-KEY-1\w+/g) ?? []) {
    assert.equal(worker.output.includes(secret), false);
    assert.equal(filesWith(site.folder, secret).length, 1, 'nowhere but in its own file');
  }
});

test('a key that is not one of this server opens nothing, and what is no key is never repeated', async () => {
  const { site, check } = whole;
  const { identity, recipient } = await createRecoveryIdentity();
  const file = join(site.folder, 'other.txt');
  writeFileSync(file, `${identity}\n`);
  const other = check('--identity', file);
  assert.equal(other.exitCode, 3);
  assert.deepEqual(outcomesOf(other), everywhere('not-for-key'));
  assert.deepEqual(other.keys.at(-1), { recipient, isConfigured: false, isGiven: true, provenAt: null });

  const otherEnd = identity.endsWith('Q') ? 'P' : 'Q';
  writeFileSync(file, `${identity.slice(0, -1)}${otherEnd}\n`);
  const mistyped = site.run('keys', 'check-recovery', '--json', '--identity', file);
  assert.equal(mistyped.status, 1);
  assert.doesNotMatch(mistyped.stdout + mistyped.stderr, new RegExp(identity.slice(20, 40)));
  writeFileSync(file, 'my password is swordfish\n');
  const none = site.run('keys', 'check-recovery', '--json', '--identity', file);
  assert.equal(none.status, 2);
  assert.doesNotMatch(none.stdout + none.stderr, /swordfish/);
  rmSync(file);
});

test('what would not open is found, with a key and mostly without one', async (t) => {
  const { site, identities, check } = openKeysSite(temporaryFolder(t), 2);
  const { folder } = site;
  const sealed = (destination: string, account: string): string => {
    const name = readdirSync(join(folder, destination)).find((entry) => entry.startsWith(`${account}-`)) ?? '';
    return join(folder, destination, name, 'larder-recovery.age');
  };
  const recipients = check().keys.map(({ recipient }) => recipient);
  copyFileSync(sealed('backup', 'u2'), sealed('backup', 'u1')); // opens, but another repository
  writeFileSync(sealed('backup', 'u2'), await encryptToRecipients('hello', recipients.slice(0, 1)));
  rmSync(sealed('second', 'u1'));
  truncateSync(sealed('second', 'u2'), 60);
  const found = check('--identity', identities[0]);
  assert.equal(found.exitCode, 3);
  assert.deepEqual(outcomesOf(found), {
    ...everywhere('opens'),
    'local u1': 'damaged',
    'local u2': 'damaged',
    'second u1': 'missing',
    'second u2': 'damaged',
  });
  assert.equal(found.keys[0]?.provenAt, null, 'some of it is not enough');
  const without = outcomesOf(check());
  assert.deepEqual(
    [without['local u1'], without['local u2'], without['second u1'], without['second u2'], without['berlin u1']],
    ['sealed', 'too-few', 'missing', 'damaged', 'sealed'],
  );

  writeFileSync(join(folder, 'recipients.txt'), `${recipients.join('\n')}\n`);
  site.succeed('keys', 'rotate', '--recovery', join(folder, 'recipients.txt'));
  assert.deepEqual(outcomesOf(check('--identity', identities[0])), everywhere('opens'), 'sealed anew, it is mended');

  rmSync(join(folder, 'state/metadata.db'));
  const unknown = outcomesOf(check('--identity', identities[0]));
  assert.deepEqual(
    [unknown['local u1'], unknown['second u2']],
    ['opens', 'opens'],
    'what no record knows is tried too',
  );
});

test('what is typed is not shown', { skip: !hasScript && 'script is not installed' }, async () => {
  const { site, identities } = whole;
  const identity = /AGE-SECRET-KEY-1\w+/.exec(readFileSync(identities[0], 'utf8'))?.[0] ?? '';
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    TERM: 'xterm',
    LARDER_CONFIG: `${site.folder}/larder.toml`,
  };
  assert.match(
    await typeAt(env, 'printf "shown: "; head -n 1', 'shown:', identity),
    new RegExp(identity),
    'a terminal shows it',
  );
  const screen = await typeAt(env, `${larder} keys check-recovery`, 'Enter:', identity);
  assert.match(screen, /All 6 places open with the recovery key alone/);
  assert.doesNotMatch(screen, /AGE-SECRET-KEY-1\w/);
});

/** On a terminal of its own: types the text when `prompt` has appeared. @returns all that was on the screen. */
async function typeAt(env: NodeJS.ProcessEnv, command: string, prompt: string, text: string): Promise<string> {
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env, stdio: 'pipe' });
  let screen = '';
  let isTyped = false;
  for await (const part of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    screen += part;
    if (isTyped || !screen.includes(prompt)) continue;
    isTyped = true;
    child.stdin.write(`${text}\r`);
  }
  return screen;
}

function filesWith(folder: string, text: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return files.filter((file) => readFileSync(file).includes(text));
}
