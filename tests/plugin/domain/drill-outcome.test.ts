import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { drillOutcome, newerFilesProof, type DatabaseOutcome } from '../../../plugin/domain/drill-outcome.ts';

const cases: readonly (readonly [number, readonly DatabaseOutcome[], ReturnType<typeof drillOutcome>])[] = [
  [0, [], 'passed'],
  [0, ['loaded'], 'passed'],
  [0, ['loaded', 'loaded'], 'passed'],
  [0, ['no-server'], 'files-only'],
  [0, ['no-isolation'], 'files-only'],
  [0, ['compared'], 'files-only'],
  [0, ['loaded', 'no-server'], 'files-only'],
  [0, ['no-server', 'failed'], 'failed'],
  [0, ['failed'], 'failed'],
  [1, [], 'failed'],
  [1, ['loaded'], 'failed'],
  [1, ['no-server'], 'failed'],
];

suite('what a drill came to', () => {
  for (const [count, outcomes, expected] of cases) {
    test(`${count} problems, databases ${outcomes.join(' and ') || 'none'}: ${expected}`, () => {
      const problems = Array.from({ length: count }, () => 'files-missing');
      const databases = outcomes.map((outcome) => ({ outcome }));
      assert.equal(drillOutcome({ problems, databases }), expected);
    });
  }
});

const [earlier, later] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-20T00:00:00Z')];
const proofs: readonly (readonly [string, Date | undefined, Date | undefined, Date | undefined])[] = [
  ['nothing was ever proven', undefined, undefined, undefined],
  ['everything was', later, undefined, undefined],
  ['only files ever were', undefined, later, later],
  ['files were after everything', earlier, later, later],
  ['everything was after files', later, earlier, undefined],
  ['both at the same time', later, later, undefined],
];

suite('since when only files are proven', () => {
  for (const [title, everything, filesOnly, expected] of proofs) {
    test(title, () => assert.equal(newerFilesProof(everything, filesOnly), expected));
  }
});
