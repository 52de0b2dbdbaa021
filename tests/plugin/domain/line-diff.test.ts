import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { countDiff, diffLines, groupDiff, type DiffRow } from '../../../plugin/domain/line-diff.ts';

const show = (rows: readonly DiffRow[]) =>
  rows.map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'added' ? '+' : '-'}${text}`);

suite('what differs between two texts', () => {
  const cases = [
    { before: '', after: '', rows: [] },
    { before: 'a\nb\n', after: 'a\nb', rows: [' a', ' b'] },
    { before: 'a\r\nb\r\n', after: 'a\nb\n', rows: [' a', ' b'] },
    { before: 'a\nb\nc', after: 'a\nx\nc', rows: [' a', '-b', '+x', ' c'] },
    { before: '', after: 'a\nb', rows: ['+a', '+b'] },
    { before: 'a\nb', after: '', rows: ['-a', '-b'] },
    {
      before: 'a\nb\nc\na\nb\nb\na',
      after: 'c\nb\na\nb\na\nc',
      rows: ['-a', '-b', ' c', '+b', ' a', ' b', '-b', ' a', '+c'],
    },
  ];
  for (const { before, after, rows } of cases) {
    test(JSON.stringify([before, after]), () => assert.deepEqual(show(diffLines(before, after)), rows));
  }

  test('both texts can be read out of it, with their line numbers, whatever they are', () =>
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const rows = diffLines(before.join('\n'), after.join('\n'));
        assert.deepEqual(sideOf(rows, 'before'), before);
        assert.deepEqual(sideOf(rows, 'after'), after);
      }),
    ));

  test('thousands of differing lines end, and say that all is replaced', () => {
    const many = (letter: string) => Array.from({ length: 6000 }, (_, index) => `${letter}${index}`);
    const rows = diffLines(many('a').join('\n'), many('b').join('\n'));
    assert.equal(countDiff(rows), 6000);
    assert.deepEqual(sideOf(rows, 'after'), many('b'));
  });
});

suite('groups of what differs', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const changed = lines.map((line, index) => (index === 5 || index === 8 || index === 30 ? `${line} new` : line));
  const groups = groupDiff(diffLines(lines.join('\n'), changed.join('\n')), 2);

  test('stand with a few lines around, and near ones together', () => {
    assert.deepEqual(
      groups.map((group) => show(group).length),
      [10, 6],
    );
    assert.deepEqual(show(groups[1] ?? []), [
      ' line 28',
      ' line 29',
      '-line 30',
      '+line 30 new',
      ' line 31',
      ' line 32',
    ]);
  });

  test('are none when nothing differs', () => assert.deepEqual(groupDiff(diffLines('a', 'a'), 3), []));
});

const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 });

function sideOf(rows: readonly DiffRow[], side: 'before' | 'after'): string[] {
  const own = rows.flatMap((row) => {
    const number = side in row ? (row as { [side in 'before' | 'after']: number })[side] : undefined;
    return number === undefined ? [] : [{ number, text: row.text }];
  });
  assert.deepEqual(
    own.map(({ number }) => number),
    own.map((_, index) => index + 1),
  );
  return own.map(({ text }) => text);
}
