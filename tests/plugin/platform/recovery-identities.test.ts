import assert from 'node:assert/strict';
import test from 'node:test';
import { armor, Encrypter } from 'age-encryption';
import { createRecoveryIdentity } from '../../../plugin/platform/create-keys.ts';
import { recoveryIdentities } from '../../../plugin/platform/recovery-identities.ts';
import { encryptToRecipients } from '../../../plugin/platform/recovery-recipients.ts';
import { failsWith } from '../../support/failures.ts';

const { countRecipients, open, recipientOf } = recoveryIdentities;

test('what was sealed for an identity opens with it, and with no other', async () => {
  const [mine, also, other] = [
    await createRecoveryIdentity(),
    await createRecoveryIdentity(),
    await createRecoveryIdentity(),
  ];
  const sealed = await encryptToRecipients('the password', [mine.recipient, also.recipient]);
  assert.equal(countRecipients(sealed), 2);
  assert.deepEqual(await open(sealed, mine.identity), { kind: 'opened', secret: 'the password' });
  assert.deepEqual(await open(armor.decode(sealed.toString()), also.identity), {
    kind: 'opened',
    secret: 'the password',
  });
  assert.deepEqual(await open(sealed, other.identity), { kind: 'not-for-it' });
  assert.equal(await recipientOf(mine.identity), mine.recipient);
});

test('one altered byte, and it never opens', async () => {
  const { identity, recipient } = await createRecoveryIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt('the password');
  for (let position = 0; position < sealed.length; position++) {
    const altered = Uint8Array.from(sealed);
    altered[position] = (altered[position] ?? 0) ^ 1;
    assert.notEqual((await open(altered, identity)).kind, 'opened', `byte ${position}`);
  }
});

for (const [title, bytes] of [
  ['nothing', ''],
  ['text', 'hello'],
  ['a header without its end', 'age-encryption.org/v1\n-> X25519 abc\n'],
  ['armor without its end', '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n'],
] as const) {
  test(`${title} is no age file`, async () => {
    const { identity } = await createRecoveryIdentity();
    assert.equal(countRecipients(Buffer.from(bytes)), undefined);
    assert.equal((await open(Buffer.from(bytes), identity)).kind, 'damaged');
  });
}

test('what is no identity is never repeated', async () => {
  const facts = await failsWith('key-unusable', () => recipientOf(`AGE-SECRET-KEY-1${'Q'.repeat(58)}`));
  assert.ok(!JSON.stringify(facts).includes('QQQ'));
});
