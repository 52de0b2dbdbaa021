import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { newestFailure } from '../../../plugin/domain/newest-failure.ts';

/** `n` nightly, `m` by hand, `d` databases, `p` some paths; a capital failed. */
function runsOf(text: string) {
  const kinds = { n: 'nightly', m: 'manual', d: 'database', p: 'partial' } as const;
  return text.split('').map((letter, at) => {
    const kind = kinds[letter.toLowerCase() as keyof typeof kinds];
    return { at, kind, failureCode: letter === letter.toLowerCase() ? undefined : 'no-space' };
  });
}

suite('the run by which backups fail at present', () => {
  const cases = [
    { runs: '', fails: undefined },
    { runs: 'n', fails: undefined },
    { runs: 'nN', fails: 1 },
    { runs: 'Nn', fails: undefined },
    { runs: 'Nm', fails: undefined },
    { runs: 'nNp', fails: 1 },
    { runs: 'nNd', fails: 1 },
    { runs: 'nNdpdp', fails: 1 },
    { runs: 'nD', fails: 1 },
    { runs: 'nDd', fails: undefined },
    { runs: 'Dn', fails: undefined },
    { runs: 'D', fails: 0 },
    { runs: 'nP', fails: undefined },
    { runs: 'NNp', fails: 1 },
  ];
  for (const { runs, fails } of cases) {
    test(`of ${runs || 'none'}`, () => assert.equal(newestFailure(runsOf(runs))?.at, fails));
  }
});
