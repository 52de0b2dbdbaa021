import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { runLarder, type Typed } from '../../support/run-larder.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const own = { own: 'maria' };
const folder = suiteFolder();

/** The words that are offered, without what is said about them. */
async function offered(typed: readonly string[], more: Typed = own): Promise<string[]> {
  const { stdout, exitCode, stderr } = await runLarder(['complete', '--', ...typed], more);
  assert.deepEqual([exitCode, stderr], [0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

test('commands are completed, and the second word of those that have two', async () => {
  assert.deepEqual(await offered(['st']), ['status']);
  assert.deepEqual(await offered(['lo']), ['local-copy', 'local-copies', 'login']);
  assert.deepEqual(await offered(['serve', '']), ['worker', 'web']);
  assert.deepEqual(await offered(['help', 'und']), ['undo']);
  assert.ok(!(await offered([''])).includes('complete'));
});

test('options are completed, those of the command and those of all', async () => {
  assert.deepEqual(await offered(['restore', 'a', '--d']), ['--dry-run', '--delete']);
  assert.deepEqual(await offered(['status', '--js']), ['--json']);
  assert.deepEqual(await offered(['local-copies', '--every', 'w']), ['week']);
});

test('restore points are completed by time and by id, the newest first', async () => {
  const points = await offered(['restore', 'a', '--at', '']);
  assert.deepEqual(points.slice(0, 2), ['latest', '2026-09-01T13:00']);
  assert.deepEqual(await offered(['browse', '2026-11-18']), ['2026-11-18T21:12']);
  assert.deepEqual(await offered(['browse', '1a']), ['1a2b3c4d']);
  assert.deepEqual(await offered(['--account', 'maria', 'forget', '5e'], {}), ['5e6f7a8b']);
});

test('a time that is offered names its restore point', async () => {
  const { requests } = await runLarder(['browse', '2026-11-18T21:12'], own);
  assert.equal(requests[0]?.kind === 'browse' && requests[0].point, '2026-11-18T19:12:59.999Z');
});

test('paths come from the restore point, folder by folder', async () => {
  assert.deepEqual(await offered(['restore', 'public_html/party']), ['public_html/party 🎉.jpg']);
  assert.deepEqual(await offered(['restore', '"public_html/par']), ['public_html/party 🎉.jpg']);
  assert.deepEqual(await offered(['restore', 'public_html/caf']), ['public_html/caf\\xe9']);
  assert.deepEqual(await offered(['restore', 'public_html/ε']), ['public_html/εικόνες/']);
  const typed = ['complete', '--', 'restore', '--at', '1a2b3c4d', 'mail/x'];
  const { requests } = await runLarder(typed, { ...own, workingDirectory: '/srv/homes/maria/old' });
  assert.deepEqual(requests, [{ kind: 'browse', account: 'maria', point: '1a2b3c4d', path: pathBytes('old/mail') }]);
});

test('jobs and accounts are completed', async () => {
  assert.deepEqual(await offered(['cancel', 'k']), ['k3v9q2xw']);
  assert.deepEqual(await offered(['--account', 'n'], {}), ['nikos']);
});

test('where the live files of the home are meant, the shell offers its own', async () => {
  assert.deepEqual(await offered(['backup', 'pub']), []);
  assert.deepEqual(await offered(['download', 'a', '-o', 'x']), []);
});

test('what goes wrong is no matter for who types', async () => {
  const failure = new Failure('worker-unreachable', { socket: '/run/larder', mend: '' });
  assert.deepEqual(await offered(['cancel', ''], { ...own, failure }), []);
  assert.deepEqual(await offered(['browse', 'latest', '\0', '\u001b'], { ...own, failure }), []);
});

/** A `larder` that offers two words, and keeps what it was asked. */
function stubLarder(): string {
  writeFileSync(
    join(folder, 'larder'),
    `#!/bin/sh\nfor word in "$@"; do printf '<%s>' "$word"; done > "$ASKED"\nprintf 'two words.txt\\tabout\\nfolder/\\n'\n`,
  );
  chmodSync(join(folder, 'larder'), 0o755);
  return [folder, process.env['PATH']].join(delimiter);
}

test('the script for bash hands over what was typed, and takes words with spaces and times with colons', async () => {
  const { stdout: script } = await runLarder(['completion', 'bash']);
  const asked = join(folder, 'asked');
  const typed = `COMP_WORDS=(larder restore 'two w' --at 2026-11-18T21:12 x); COMP_CWORD=5
    compopt() { :; }
    _larder
    printf '%s|' "\${COMPREPLY[@]}"
    cat "$ASKED"`;
  const told = execFileSync('bash', ['--norc', '-c', `${script}\n${typed}`], {
    encoding: 'utf8',
    env: { PATH: stubLarder(), ASKED: asked },
  });
  assert.equal(told, 'two words.txt|folder/|<complete><--><restore><two w><--at><2026-11-18T21:12><x>');
});

for (const shell of ['bash', 'zsh', 'fish']) {
  const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
  test(`the script for ${shell} is right in the eyes of ${shell}`, { skip: !isThere }, async () => {
    const { stdout } = await runLarder(['completion', shell]);
    const file = join(folder, `larder.${shell}`);
    writeFileSync(file, stdout);
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });
}
