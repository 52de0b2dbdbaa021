import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { KeyOwner, RepositoryKeys } from '../../../plugin/contracts/key-store.ts';
import { parseGeneration, parseRepositoryId } from '../../../plugin/domain/ids.ts';
import { newMasterKey } from '../../../plugin/engine/master-key.ts';
import { createKeys, createRecoveryIdentity } from '../../../plugin/platform/create-keys.ts';
import { openKeyStore } from '../../../plugin/platform/key-store.ts';
import { rotateServerKey } from '../../../plugin/platform/rotate-server-key.ts';
import { failsWith } from '../../support/failures.ts';
import { killedAt } from '../../support/killed-disk.ts';
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
  for (const [index, owner] of owners.slice(0, keys.length).entries())
    assert.deepEqual(await store.load(owner), keys[index]);
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

test('killed before any of its changes, everything still opens, and the next rotation ends the matter', async (context) => {
  const { state, keys } = await aState(context);
  writeFileSync(join(state, 'keys/archive-identity.txt'), 'of archives', { mode: 0o600 });
  rmSync(join(state, `keys/repositories/${'3'.repeat(64)}.json`));
  const two = keys.slice(0, 2);
  const undisturbed = copyOf(context, state);
  const whole = await killedAt(Infinity, state, () => rotateServerKey(undisturbed));
  assert.ok(whole.steps > 20, `${whole.steps} changes`);
  const seen = new Set<string>();
  for (let step = 1; step <= whole.steps; step++) {
    const copy = copyOf(context, state);
    const { isKilled } = await killedAt(step, state, () => rotateServerKey(copy));
    assert.ok(isKilled, `step ${step}`);
    const left = readdirSync(copy)
      .filter((name) => /^keys(\.(next|old))?$/.test(name))
      .toSorted()
      .join(' ');
    await opensAll(copy, two);
    assert.equal(readFileSync(join(copy, 'keys/archive-identity.txt'), 'utf8'), 'of archives');
    assert.equal(existsSync(join(copy, 'keys.old')), false, `an old key stays after step ${step}`);
    if (seen.has(left)) continue;
    seen.add(left);
    await rotateServerKey(copy);
    await opensAll(copy, two);
    assert.deepEqual(
      readdirSync(copy).filter((name) => /^keys\.(next|old)$/.test(name)),
      [],
    );
  }
  // Only then was it killed wherever it matters: before, between and after the two renames.
  assert.deepEqual([...seen].toSorted(), ['keys', 'keys keys.next', 'keys keys.old', 'keys.next keys.old']);
});

test('who is killed while the old key is removed leaves nothing of it behind for long', async (context) => {
  const { state, keys } = await aState(context);
  cpSync(join(state, 'keys'), join(state, 'keys.old'), { recursive: true });
  rmSync(join(state, 'keys.old/repositories'), { recursive: true });
  await opensAll(state, keys);
  assert.equal(existsSync(join(state, 'keys.old')), false);
});

test('nothing is removed while no keys are in use', async (context) => {
  const { state } = await aState(context);
  renameSync(join(state, 'keys'), join(state, 'keys.old'));
  await failsWith('not-initialised', async () => openKeyStore(state));
  assert.ok(existsSync(join(state, 'keys.old/server.key')));
});

test('keys that are stored while others rotate are never lost', async (context) => {
  const { state, keys } = await aState(context);
  const store = openKeyStore(state);
  const more = Array.from({ length: 4 }, (_, index): KeyOwner => {
    return {
      generation: parseGeneration('a'.repeat(32)),
      repositoryId: parseRepositoryId(String(index).repeat(64).slice(0, 63) + 'f'),
    };
  });
  const their = { masterKey: newMasterKey(), password: 'another' };
  await Promise.all([store.rotate(), ...more.map((owner) => store.save(owner, their)), store.rotate()]);
  await opensAll(state, keys);
  for (const owner of more) assert.deepEqual(await openKeyStore(state).load(owner), their);
});

test('recovery recipients are replaced as a whole, and never by fewer than two', async (context) => {
  const { state } = await aState(context);
  const store = openKeyStore(state);
  const [first = '', second = ''] = store.recipients();
  const { recipient } = await createRecoveryIdentity();
  for (const wrong of [[], [first], [first, first], [first, 'age1hello'], [first, `age1${'q'.repeat(58)}`]]) {
    await failsWith('key-unusable', () => store.setRecipients(wrong));
  }
  const facts = await failsWith('key-unusable', () =>
    store.setRecipients([first, `AGE-SECRET-KEY-1${'Q'.repeat(58)}`]),
  );
  assert.ok(!JSON.stringify(facts).includes('AGE-SECRET-KEY-1Q'));
  assert.deepEqual(store.recipients(), [first, second]);
  await store.setRecipients([second, recipient]);
  assert.deepEqual(openKeyStore(state).recipients(), [second, recipient]);
});

/** In memory where there is such a place: syncing is not what is tried here. */
function copyOf(context: TestContext, state: string): string {
  const copy = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/larder-test-') : temporaryFolder(context);
  context.after(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(state, copy, { recursive: true });
  for (const folder of ['keys', 'keys/repositories']) chmodSync(join(copy, folder), 0o700);
  return copy;
}
