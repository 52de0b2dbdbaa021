import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { readArchiveIdentity } from '../../../plugin/platform/archive-keys.ts';
import { createKeys, createRecoveryIdentity } from '../../../plugin/platform/create-keys.ts';
import { rotateServerKey } from '../../../plugin/platform/rotate-server-key.ts';
import { failsWith } from '../../support/failures.ts';
import { findPlaintext } from '../../support/find-plaintext.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function aState(t: TestContext): Promise<{ state: string; open: string; sealed: string }> {
  const state = temporaryFolder(t);
  await createKeys(state);
  return { state, open: join(state, 'keys/archive-identity.txt'), sealed: join(state, 'keys/archive-identity.sealed') };
}

/** As it was kept before it was sealed. */
async function keepOpen(file: string): Promise<string> {
  const { identity, recipient } = await createRecoveryIdentity();
  writeFileSync(file, `# SECRET.\n# public key: ${recipient}\n${identity}\n`, { mode: 0o600 });
  return identity;
}

suite('the identity with which archives are read', () => {
  test('is made once, however many need it at once, and lies nowhere open', async (t) => {
    const { state, open } = await aState(t);
    const made = await Promise.all([1, 2, 3, 4].map(() => readArchiveIdentity(state)));
    assert.equal(new Set(made).size, 1);
    assert.equal(await readArchiveIdentity(state), made[0]);
    assert.match(made[0] ?? '', /^AGE-SECRET-KEY-1/);
    assert.deepEqual(findPlaintext(join(state, 'keys'), 'AGE-SECRET-KEY'), []);
    assert.equal(existsSync(open), false);
  });

  test('that was kept open stays the same when it is sealed, and then goes from there', async (t) => {
    const { state, open } = await aState(t);
    const identity = await keepOpen(open);
    assert.equal(findPlaintext(join(state, 'keys'), 'AGE-SECRET-KEY').length, 1);
    assert.equal(await readArchiveIdentity(state), identity);
    assert.deepEqual(findPlaintext(join(state, 'keys'), 'AGE-SECRET-KEY'), []);
    assert.equal(await readArchiveIdentity(state), identity);
  });

  test('is finished being moved when that was cut after it was sealed', async (t) => {
    const { state, open } = await aState(t);
    const identity = await keepOpen(open);
    const text = readFileSync(open);
    await readArchiveIdentity(state);
    writeFileSync(open, text, { mode: 0o600 });
    assert.equal(await readArchiveIdentity(state), identity);
    assert.equal(existsSync(open), false);
  });

  test('of which another is kept open is not thrown away', async (t) => {
    const { state, open } = await aState(t);
    const identity = await readArchiveIdentity(state);
    const other = await keepOpen(open);
    assert.equal(await readArchiveIdentity(state), identity);
    assert.match(readFileSync(open, 'utf8'), new RegExp(other));
  });

  test('that was altered is told, and not made anew', async (t) => {
    const { state, sealed } = await aState(t);
    await readArchiveIdentity(state);
    const bytes = readFileSync(sealed);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(sealed, bytes);
    await failsWith('key-unusable', () => readArchiveIdentity(state));
    assert.deepEqual(readFileSync(sealed), bytes);
    await failsWith('key-unusable', () => rotateServerKey(state));
  });

  test('is sealed with the new server key by a rotation, and the old one opens it no more', async (t) => {
    const { state, sealed } = await aState(t);
    const identity = await readArchiveIdentity(state);
    const old = temporaryFolder(t);
    cpSync(join(state, 'keys'), join(old, 'keys'), { recursive: true });
    chmodSync(join(old, 'keys'), 0o700);
    await rotateServerKey(state);
    assert.equal(await readArchiveIdentity(state), identity);
    cpSync(sealed, join(old, 'keys/archive-identity.sealed'));
    await failsWith('key-unusable', () => readArchiveIdentity(old));
  });
});
