import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createRecoveryIdentity } from '../../plugin/platform/create-keys.ts';
import { openKeysSite, outcomesOf } from '../support/keys-site.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const { site, identities, check } = openKeysSite(suiteFolder(), 1);

test('a running worker goes on with a new server key by itself', async (t) => {
  const worker = new RunningWorker(site.folder);
  await worker.start();
  t.after(() => worker.stop());
  const file = join(site.folder, 'state/keys/server.key');
  const old = readFileSync(file);
  const environment = site.json('--account', 'u1', 'keys', 'restic-env'); // by a process that stays, and has read the old key
  const { sealed } = await worker.ask<'keys-rotate'>({ kind: 'keys-rotate', recipients: undefined });
  assert.equal(sealed, 1);
  assert.notDeepEqual(readFileSync(file), old);
  assert.deepEqual(site.json('--account', 'u1', 'keys', 'restic-env'), environment);
  assert.equal(site.json('--account', 'u1', 'backup')['outcome'], 'done');
  assert.equal(site.restic('u1', 'check').status, 0);
  const audit = site.json('audit');
  assert.match(JSON.stringify(audit), /keys-rotate/);
});

test('recovery keys are replaced everywhere: the new ones open, and one that was taken out does not', async () => {
  const { identity, recipient } = await createRecoveryIdentity();
  const file = join(site.folder, 'recipients.txt');
  const kept = check().keys[1]?.recipient ?? '';
  writeFileSync(file, `# the safe in Athens\n${kept}\n`);
  assert.equal(site.run('keys', 'rotate', '--recovery', file).status, 2, 'one is too few');
  writeFileSync(file, `${kept}\n${recipient}\n`);
  const { places } = site.json('keys', 'rotate', '--recovery', file) as { places: { outcome: string }[] };
  assert.deepEqual(
    places.map(({ outcome }) => outcome),
    Array(2).fill('done'),
  );

  const mine = join(site.folder, 'mine.txt');
  writeFileSync(mine, `${identity}\n`);
  const repositories = { 'local u1': 'opens', 'second u1': 'opens' };
  const fresh = check('--identity', mine);
  assert.deepEqual(outcomesOf(fresh), { ...repositories, 'berlin u1': 'not-for-key' });
  site.succeed('archive', '--full');
  assert.equal(check('--identity', mine).exitCode, 0, 'archives that are made afterwards open with it as well');
  assert.equal(outcomesOf(check('--identity', identities[0]))['second u1'], 'not-for-key');
  assert.equal(outcomesOf(check('--identity', identities[1]))['second u1'], 'opens');
});

test('what opens an account is written where only root reads it, and opens it without Larder', () => {
  const file = join(site.folder, 'u1.restic');
  const printed = site.json('--account', 'u1', 'keys', 'export', '-o', file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(printed['password'], null, 'a secret that is in a file is not shown besides');
  const env = { PATH: '/usr/bin:/bin', HOME: site.folder };
  const snapshots = spawnSync('sh', ['-c', `. ${file} && restic --no-cache snapshots --json`], {
    env,
    encoding: 'utf8',
  });
  assert.equal(snapshots.status, 0, snapshots.stderr);
  assert.notEqual((JSON.parse(snapshots.stdout) as unknown[]).length, 0);
  const before = readFileSync(file, 'utf8');
  assert.match(before, new RegExp(`# export RESTIC_REPOSITORY='${site.folder}/second/u1-`), 'the copy is named too');
  assert.equal(site.run('--account', 'u1', 'keys', 'export', '-o', file).status, 2);
  assert.equal(readFileSync(file, 'utf8'), before, 'what is there is never overwritten');
  assert.match(site.succeed('--account', 'u1', 'keys', 'export', '-o', '-'), /^export RESTIC_PASSWORD='[\w-]{43}'$/m);
});
