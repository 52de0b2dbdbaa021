import assert from 'node:assert/strict';
import test from 'node:test';
import { isFormToken, makeFormToken } from '../../../plugin/web/form-token.ts';

test('a form token is good for its session and no other, and never looks the same', () => {
  const [one, other] = [makeFormToken('session'), makeFormToken('session')];
  assert.notEqual(one, other);
  assert.ok(isFormToken('session', one) && isFormToken('session', other));
  assert.ok(!isFormToken('another', one));
});

for (const token of [undefined, '', 'x', 'A'.repeat(86), makeFormToken('session').slice(0, -4)]) {
  test(`${token?.slice(0, 8)}… is no form token`, () => assert.ok(!isFormToken('session', token)));
}
