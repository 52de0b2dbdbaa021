import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { openSecret, sealSecret } from '../../../plugin/platform/sealed-secret.ts';

const key = randomBytes(32);
const anySecret = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

test('what is sealed opens again with the same key and purpose', () => {
  fc.assert(
    fc.property(anySecret, fc.string(), (secret, purpose) => {
      assert.deepEqual(openSecret(key, purpose, sealSecret(key, purpose, secret)), secret);
    }),
  );
});

test('it opens with no other key and for no other purpose', () => {
  const sealed = sealSecret(key, 'one', Buffer.from('secret'));
  assert.equal(openSecret(key, 'other', sealed), undefined);
  assert.equal(openSecret(randomBytes(32), 'one', sealed), undefined);
});

test('one altered bit, one byte more or less, and it does not open', () => {
  const sealed = sealSecret(key, 'one', Buffer.from('secret'));
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openSecret(key, 'one', altered), undefined);
  }
  for (let length = 0; length < sealed.length; length += 1) {
    assert.equal(openSecret(key, 'one', sealed.subarray(0, length)), undefined);
  }
  assert.equal(openSecret(key, 'one', Buffer.concat([sealed, Buffer.from('x')])), undefined);
});

test('the same secret never looks the same twice', () => {
  const secret = Buffer.from('secret');
  assert.notDeepEqual(sealSecret(key, 'one', secret), sealSecret(key, 'one', secret));
});
