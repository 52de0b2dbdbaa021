import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { identityToRecipient } from 'age-encryption';
import { createKeys, createServerKey, findIdentityFiles } from '../../../plugin/platform/create-keys.ts';
import { readRecoveryRecipients } from '../../../plugin/platform/recovery-recipients.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a server gets a key and two recovery keys that only root can read', async (t) => {
  const state = temporaryFolder(t);
  const { recipients, identityFiles } = await createKeys(state);
  assert.equal(readFileSync(join(state, 'keys/server.key')).length, 32);
  assert.equal(new Set(recipients).size, 2);
  assert.deepEqual(readRecoveryRecipients(state), recipients);
  for (const file of [...identityFiles, join(state, 'keys/server.key')])
    assert.equal(statSync(file).mode & 0o777, 0o600);
  for (const folder of ['keys', 'keys/repositories', 'recovery']) {
    assert.equal(statSync(join(state, folder)).mode & 0o777, 0o700);
  }
});

test('a recovery file says what to do with it and belongs to its recipient', async (t) => {
  const { recipients, identityFiles } = await createKeys(temporaryFolder(t));
  for (const [index, file] of identityFiles.entries()) {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.match(lines.join('\n'), /Move this file off the server/);
    assert.ok(lines.slice(0, -1).every((line) => line.startsWith('#')));
    assert.equal(await identityToRecipient(lines.at(-1) ?? ''), recipients[index]);
  }
});

test('the server does without the recovery files, and knows whether they are still there', async (t) => {
  const state = temporaryFolder(t);
  const { identityFiles } = await createKeys(state);
  assert.deepEqual(findIdentityFiles(state), identityFiles);
  for (const file of identityFiles) rmSync(file);
  assert.deepEqual(findIdentityFiles(state), []);
});

test('keys are made once', async (t) => {
  const state = temporaryFolder(t);
  const { identityFiles } = await createKeys(state);
  const files = [...identityFiles, join(state, 'keys/server.key'), join(state, 'keys/recovery-recipients.txt')];
  const before = files.map((file) => readFileSync(file, 'hex'));
  await failsWith('already-initialised', () => createKeys(state));
  await failsWith('already-initialised', () => createServerKey(state));
  assert.deepEqual(
    files.map((file) => readFileSync(file, 'hex')),
    before,
  );
});

test('an init that was interrupted before the server key begins again', async (t) => {
  const state = temporaryFolder(t);
  await createKeys(state);
  rmSync(join(state, 'keys/server.key'));
  const { recipients } = await createKeys(state);
  assert.deepEqual(readRecoveryRecipients(state), recipients);
});
