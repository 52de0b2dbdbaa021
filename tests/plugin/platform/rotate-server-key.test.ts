import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { KeyOwner, RepositoryKeys } from '../../../plugin/contracts/key-store.ts';
import { parseGeneration, parseRepositoryId } from '../../../plugin/domain/ids.ts';
import { newMasterKey } from '../../../plugin/engine/master-key.ts';
import { createKeys } from '../../../plugin/platform/create-keys.ts';
import { openKeyStore } from '../../../plugin/platform/key-store.ts';
import { rotateServerKey } from '../../../plugin/platform/rotate-server-key.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const owners = ['1', '2', '3'].map((digit): KeyOwner => {
  return { generation: parseGeneration(digit.repeat(32)), repositoryId: parseRepositoryId(digit.repeat(64)) };
});

async function aState(context: TestContext): Promise<{ state: string; keys: readonly RepositoryKeys[] }> {
  const state = temporaryFolder(context);
  await createKeys(state);
  const store = openKeyStore(state);
  const keys = owners.map((_, index) => ({ masterKey: newMasterKey(), password: `secret ${index}` }));
  for (const [index, owner] of owners.entries()) await store.save(owner, keys[index] as RepositoryKeys);
  return { state, keys };
}

async function opensAll(state: string, keys: readonly RepositoryKeys[]): Promise<void> {
  const store = openKeyStore(state);
  for (const [index, owner] of owners.entries()) assert.deepEqual(await store.load(owner), keys[index]);
}

test('after a rotation the new key opens everything, and the old one is gone', async (context) => {
  const { state, keys } = await aState(context);
  const running = openKeyStore(state);
  const old = readFileSync(join(state, 'keys/server.key'));
  assert.equal(await rotateServerKey(state), owners.length);
  assert.notDeepEqual(readFileSync(join(state, 'keys/server.key')), old);
  await opensAll(state, keys);
  assert.deepEqual(await running.load(owners[0] as KeyOwner), keys[0]);
  assert.equal(existsSync(join(state, 'keys.old')), false);
  assert.match(readFileSync(join(state, 'keys/recovery-recipients.txt'), 'utf8'), /age1/);
});

test('what a rotation left that was cut before it was whole is never used', async (context) => {
  const { state, keys } = await aState(context);
  mkdirSync(join(state, 'keys.next/repositories'), { recursive: true, mode: 0o700 });
  writeFileSync(join(state, 'keys.next/server.key'), Buffer.alloc(32), { mode: 0o600 });
  await opensAll(state, keys);
  await rotateServerKey(state);
  await opensAll(state, keys);
});

test('a rotation that was cut between its two renames is finished by whoever reads next', async (context) => {
  const { state, keys } = await aState(context);
  renameSync(join(state, 'keys'), join(state, 'keys.next'));
  mkdirSync(join(state, 'keys.old'), { mode: 0o700 });
  await opensAll(state, keys);
});

test('a key that does not open stops the rotation before anything changes', async (context) => {
  const { state } = await aState(context);
  const old = readFileSync(join(state, 'keys/server.key'));
  writeFileSync(join(state, `keys/repositories/${'2'.repeat(64)}.json`), '{}', { mode: 0o600 });
  await failsWith('key-unusable', () => rotateServerKey(state));
  assert.deepEqual(readFileSync(join(state, 'keys/server.key')), old);
});
