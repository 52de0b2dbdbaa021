import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import {
  drillDepth,
  drillFault,
  drillOutcome,
  newerFilesProof,
  type DatabaseOutcome,
  type DrillFault,
} from '../../../plugin/domain/drill-outcome.ts';

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

const faults: readonly (readonly [DrillFault, readonly string[]])[] = [
  ['incomplete', []],
  ['incomplete', ['files-missing']],
  ['incomplete', ['database-failed', 'site-database']],
  ['incomplete', ['files-differ', 'stopped']],
  ['site', ['required-missing']],
  ['site', ['site-fatal', 'required-missing']],
  ['undone', ['stopped']],
  ['undone', ['no-space']],
  ['undone', ['site-status', 'stopped']],
];

suite('what a failed drill says about the backup', () => {
  for (const [fault, kinds] of faults) {
    test(`${kinds.join(' and ') || 'no problem that is known'}: ${fault}`, () => {
      assert.equal(drillFault(kinds.map((kind) => ({ kind }))), fault);
    });
  }
});

const depths: readonly (readonly [ReturnType<typeof drillDepth>, readonly string[], readonly DatabaseOutcome[]])[] = [
  ['drill', [], []],
  ['drill', ['required-missing'], ['loaded']],
  ['full', ['site-fatal'], ['loaded']],
  ['index', [], ['loaded', 'no-server']],
  ['index', ['site-fatal'], ['compared']],
];

suite('how deeply a drill looked at the restore point', () => {
  for (const [depth, kinds, outcomes] of depths) {
    test(`${kinds.join() || 'no problem'}, databases ${outcomes.join(' and ') || 'none'}: ${depth}`, () => {
      const problems = kinds.map((kind) => ({ kind }));
      const databases = outcomes.map((outcome) => ({ outcome }));
      assert.equal(drillDepth({ problems, databases }), depth);
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
