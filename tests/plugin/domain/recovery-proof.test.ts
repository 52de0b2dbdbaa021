import assert from 'node:assert/strict';
import test from 'node:test';
import { assessRecovery, type RecoveryProof } from '../../../plugin/domain/recovery-proof.ts';

const now = new Date('2026-11-30T08:00:00Z');
const proof = (recipient: string, provenAt: string): RecoveryProof => {
  return { recipient, provenAt: new Date(provenAt), places: 3 };
};

const table: readonly [string, readonly string[], readonly RecoveryProof[], number, string | undefined][] = [
  ['never', ['age1a', 'age1b'], [], 0, undefined],
  ['one of two', ['age1a', 'age1b'], [proof('age1b', '2026-11-01T00:00:00Z')], 1, '2026-11-01'],
  [
    'both, one of them too long ago',
    ['age1a', 'age1b'],
    [proof('age1a', '2025-10-01T00:00:00Z'), proof('age1b', '2025-12-01T00:00:00Z')],
    1,
    '2025-12-01',
  ],
  ['one that is a recovery key no more', ['age1a', 'age1b'], [proof('age1c', '2026-11-01T00:00:00Z')], 0, undefined],
];

for (const [title, recipients, proofs, proven, lastAt] of table) {
  test(`recovery keys that were proven: ${title}`, () => {
    const state = assessRecovery(recipients, proofs, now);
    assert.deepEqual([state.count, state.proven], [recipients.length, proven]);
    assert.equal(state.lastAt?.toISOString().slice(0, 10), lastAt);
  });
}
