import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Decrypter } from 'age-encryption';
import type { OwnKey } from '../../../plugin/contracts/own-keys.ts';
import { parseAccountName, parseGeneration } from '../../../plugin/domain/ids.ts';
import { openOwnKeys } from '../../../plugin/platform/own-keys.ts';
import { failsWith } from '../../support/failures.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const state = suiteFolder();
const maria = { name: parseAccountName('maria'), generation: parseGeneration('1'.repeat(32)) };
let now = new Date('2026-11-30T10:00:00Z');
const keys = openOwnKeys({ state, now: () => now, workFactor: 8 });
const first = 'kettle orbit mango stairs';
const second = 'lantern walnut puddle comet';
const switchedOn = { isOn: true, since: now.toISOString(), hostCanRecover: false, former: [] };
let key: OwnKey;

test('a key is made for a passphrase that alone opens it', async () => {
  key = { ...switchedOn, current: await keys.make(maria, first) };
  const [identity = ''] = await keys.open(maria, key, first);
  assert.match(identity, /^AGE-SECRET-KEY-1/);
  const stock = new Decrypter();
  stock.addPassphrase(first);
  assert.equal(await stock.decrypt(Buffer.from(key.current.wrapped, 'base64'), 'text'), `${identity}\n`);
});

test('a guess costs what age takes for a file of its own', async () => {
  const { wrapped } = await openOwnKeys({ state, now: () => now }).make(maria, first);
  assert.match(Buffer.from(wrapped, 'base64').toString('latin1'), /^age-encryption\.org\/v1\n-> scrypt \S+ 17\n/);
});

test('it is kept for root alone, without the passphrase and without the identity', async () => {
  assert.equal(await keys.load(maria.generation), undefined);
  await keys.save(maria.generation, key);
  assert.deepEqual(await keys.load(maria.generation), key);
  const file = join(state, 'own-keys', `${maria.generation}.json`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(file, 'latin1'), /kettle|AGE-SECRET-KEY/);
});

test('another passphrase takes its place for every key that it opened', async () => {
  const older = await keys.make(maria, first);
  const others = await keys.make(maria, second);
  const changed = await keys.wrapAnew(
    maria,
    { ...key, former: [older, others] },
    { present: first, next: 'nothing like before' },
  );
  assert.deepEqual(changed.former[1], others);
  assert.equal((await keys.open(maria, changed, 'nothing like before')).length, 2);
  await failsWith('passphrase-wrong', () => keys.open(maria, changed, first));
});

test('a former passphrase changes nothing, and gives nobody new tries at the present one', async () => {
  await keys.open(maria, key, first); // what was wrong before is forgotten
  const both: OwnKey = { ...key, current: await keys.make(maria, second), former: [key.current] };
  for (let tries = 0; tries < 4; tries++)
    await failsWith('passphrase-wrong', () => keys.open(maria, both, 'neither of them'));
  assert.equal((await keys.open(maria, both, first)).length, 1);
  await failsWith('passphrase-wrong', () =>
    keys.wrapAnew(maria, both, { present: first, next: 'nothing like before' }),
  );
  await failsWith('passphrase-locked', () => keys.open(maria, both, second));
  now = new Date(now.getTime() + 15 * 60_000);
});

test('a file that is no key is a failure with its name', async () => {
  writeFileSync(join(state, 'own-keys', `${'2'.repeat(32)}.json`), '{', { mode: 0o600 });
  const { key: named } = await failsWith('key-unusable', () => keys.load(parseGeneration('2'.repeat(32))));
  assert.match(named, /own-keys/);
});

test('five wrong ones, and the right one has to wait, whatever is started anew', async () => {
  await keys.open(maria, key, first); // what was wrong before is forgotten
  for (let tries = 0; tries < 5; tries++) await failsWith('passphrase-wrong', () => keys.open(maria, key, second));
  const again = openOwnKeys({ state, now: () => now, workFactor: 8 });
  assert.deepEqual(await failsWith('passphrase-locked', () => again.open(maria, key, first)), {
    account: 'maria',
    minutes: 15,
  });
  now = new Date(now.getTime() + 15 * 60_000);
  assert.equal((await again.open(maria, key, first)).length, 1);
});
