import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { armor, Decrypter } from 'age-encryption';
import type { KeyOwner, KeyStore, RepositoryKeys } from '../../../plugin/contracts/key-store.ts';
import { parseGeneration, parseRepositoryId } from '../../../plugin/domain/ids.ts';
import { createKeys, createRecoveryIdentity, type CreatedKeys } from '../../../plugin/platform/create-keys.ts';
import { openKeyStore } from '../../../plugin/platform/key-store.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const owner = anOwner('1', '2');
const hasAge = spawnSync('age', ['--version']).status === 0;

test('saved keys are loaded again, also by another process of the same server', async (t) => {
  const { state, store } = await aStore(t);
  const keys = someKeys();
  await store.save(owner, keys);
  assert.deepEqual(await store.load(owner), keys);
  assert.deepEqual(await openKeyStore(state).load(owner), keys);
});

test('the file can be read by its owner only and holds no secret in the clear', async (t) => {
  const { state, store } = await aStore(t);
  const keys = someKeys();
  await store.save(owner, keys);
  const file = fileOf(state, owner);
  const text = readFileSync(file, 'utf8');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(Object.keys(parse(text)), [
    'schema',
    'generation',
    'repositoryId',
    'sealedMasterKey',
    'sealedPassword',
  ]);
  for (const secret of secretsOf(keys)) assert.ok(!text.includes(secret));
});

test('keys are never overwritten', async (t) => {
  const { store } = await aStore(t);
  const keys = someKeys();
  await store.save(owner, keys);
  await failsWith('key-unusable', () => store.save(owner, someKeys()));
  assert.deepEqual(await store.load(owner), keys);
});

suite('the keys of one owner open for no other', () => {
  for (const { title, other } of [
    { title: 'when the repository differs', other: anOwner('1', '3') },
    { title: 'when the account generation differs', other: anOwner('4', '2') },
  ]) {
    test(title, async (t) => {
      const { state, store } = await aStore(t);
      await store.save(owner, someKeys());
      if (other.repositoryId !== owner.repositoryId) copyFileSync(fileOf(state, owner), fileOf(state, other));
      await failsWith('key-unusable', () => store.load(other));
    });
  }

  test('even when the names in the file are changed to fit', async (t) => {
    const { state, store } = await aStore(t);
    const other = anOwner('4', '3');
    await store.save(owner, someKeys());
    const forged = readFileSync(fileOf(state, owner), 'utf8')
      .replace(owner.generation, other.generation)
      .replace(owner.repositoryId, other.repositoryId);
    writeFileSync(fileOf(state, other), forged, { mode: 0o600 });
    await failsWith('key-unusable', () => store.load(other));
  });

  test('nor does the sealed master key pass for the password', async (t) => {
    const { state, store } = await aStore(t);
    await store.save(owner, someKeys());
    const file = parse(readFileSync(fileOf(state, owner), 'utf8'));
    writeFileSync(fileOf(state, owner), JSON.stringify({ ...file, sealedPassword: file['sealedMasterKey'] }));
    await failsWith('key-unusable', () => store.load(owner));
  });

  test('nor on another server', async (t) => {
    const one = await aStore(t);
    const two = await aStore(t);
    await one.store.save(owner, someKeys());
    copyFileSync(fileOf(one.state, owner), fileOf(two.state, owner));
    await failsWith('key-unusable', () => two.store.load(owner));
  });
});

test('a file with one altered byte does not open and no message tells a secret', async (t) => {
  const { state, store } = await aStore(t);
  const keys = someKeys();
  await store.save(owner, keys);
  const content = readFileSync(fileOf(state, owner));
  for (let position = 0; position < content.length - 1; position += 1) {
    const altered = Buffer.from(content);
    altered[position] = (altered[position] ?? 0) ^ 1;
    writeFileSync(fileOf(state, owner), altered);
    const facts = await failsWith('key-unusable', () => store.load(owner));
    for (const secret of secretsOf(keys)) assert.ok(!JSON.stringify(facts).includes(secret));
  }
});

test('missing keys are named', async (t) => {
  const { state, store } = await aStore(t);
  const facts = await failsWith('key-unusable', () => store.load(owner));
  assert.deepEqual(facts, { key: fileOf(state, owner), problem: 'it is missing' });
});

test('without a server key Larder is not initialised', async (t) => {
  await failsWith('not-initialised', () => openKeyStore(temporaryFolder(t)));
});

test('a server key of the wrong size is refused', async (t) => {
  const { state } = await aStore(t);
  writeFileSync(join(state, 'keys/server.key'), 'short');
  const facts = await failsWith('key-unusable', () => openKeyStore(state));
  assert.match(facts.problem, /5 bytes instead of 32/);
});

test('a server key that others can read is refused', async (t) => {
  const { state } = await aStore(t);
  chmodSync(join(state, 'keys/server.key'), 0o644);
  await failsWith('state-unsafe', () => openKeyStore(state));
});

test('each of the two recovery identities opens the password', async (t) => {
  const { store, created } = await aStore(t);
  const keys = someKeys();
  const sealed = await store.save(owner, keys);
  for (const file of created.identityFiles) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(readIdentity(file));
    assert.equal(await decrypter.decrypt(armor.decode(sealed.toString()), 'text'), keys.password);
  }
});

test(
  'stock age opens the password with the file that init wrote',
  { skip: !hasAge && 'age is not installed' },
  async (t) => {
    const { state, store, created } = await aStore(t);
    const keys = someKeys();
    writeFileSync(join(state, 'password.age'), await store.save(owner, keys));
    for (const file of created.identityFiles) {
      assert.equal(
        execFileSync('age', ['-d', '-i', file, join(state, 'password.age')], { encoding: 'utf8' }),
        keys.password,
      );
    }
  },
);

test('another identity does not open the password', async (t) => {
  const { store } = await aStore(t);
  const decrypter = new Decrypter();
  decrypter.addIdentity((await createRecoveryIdentity()).identity);
  await assert.rejects(decrypter.decrypt(armor.decode((await store.save(owner, someKeys())).toString())));
});

test('a recipient may be added later and then opens new repositories', async (t) => {
  const { state, store } = await aStore(t);
  const third = await createRecoveryIdentity();
  const file = join(state, 'keys/recovery-recipients.txt');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n  # the safe in Athens\r\n${third.recipient}\r\n`);
  const keys = someKeys();
  const decrypter = new Decrypter();
  decrypter.addIdentity(third.identity);
  assert.equal(
    await decrypter.decrypt(armor.decode((await store.save(owner, keys)).toString()), 'text'),
    keys.password,
  );
});

suite('no keys are saved', () => {
  const secretIdentity = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
  for (const { title, recipients, problem } of [
    { title: 'without a recovery recipient', recipients: '# nobody\n', problem: /no recovery recipient/ },
    { title: 'for a recipient that is none', recipients: '\nage1hello\n', problem: /line 2/ },
    { title: 'for a recipient with a typing error', recipients: `age1${'q'.repeat(58)}\n`, problem: /checksum/ },
    {
      title: 'for an identity in place of a recipient, which is not repeated',
      recipients: secretIdentity,
      problem: /line 1/,
    },
  ]) {
    test(title, async (t) => {
      const { state, store } = await aStore(t);
      writeFileSync(join(state, 'keys/recovery-recipients.txt'), recipients);
      const facts = await failsWith('key-unusable', () => store.save(owner, someKeys()));
      assert.match(facts.problem, problem);
      assert.ok(!JSON.stringify(facts).includes('AGE-SECRET'));
      await failsWith('key-unusable', () => store.load(owner));
    });
  }

  test('when the file of recipients is missing', async (t) => {
    const { state, store } = await aStore(t);
    rmSync(join(state, 'keys/recovery-recipients.txt'));
    await failsWith('key-unusable', () => store.save(owner, someKeys()));
  });
});

async function aStore(context: TestContext): Promise<{ state: string; store: KeyStore; created: CreatedKeys }> {
  const state = temporaryFolder(context);
  const created = await createKeys(state);
  return { state, store: openKeyStore(state), created };
}

function anOwner(generation: string, repository: string): KeyOwner {
  return { generation: parseGeneration(generation.repeat(32)), repositoryId: parseRepositoryId(repository.repeat(64)) };
}

function someKeys(): RepositoryKeys {
  const masterKey = { encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) };
  return { masterKey, password: randomBytes(32).toString('base64url') };
}

function secretsOf({ masterKey, password }: RepositoryKeys): string[] {
  const parts = [masterKey.encrypt, masterKey.macK, masterKey.macR];
  return [
    password,
    ...parts.map((part) => part.toString('base64').slice(0, 20)),
    ...parts.map((part) => part.toString('hex')),
  ];
}

function fileOf(state: string, { repositoryId }: KeyOwner): string {
  return join(state, 'keys/repositories', `${repositoryId}.json`);
}

function readIdentity(file: string): string {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .find((line) => line.startsWith('AGE-SECRET-KEY-1')) ?? ''
  );
}

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}
