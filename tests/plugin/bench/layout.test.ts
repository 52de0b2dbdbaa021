import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test, { suite } from 'node:test';
import { parseProcess, processTree } from '../../../bench/measure/process-table.ts';
import { writeScript } from '../../../bench/measure/script.ts';
import { layOutTable } from '../../../bench/measure/table.ts';

test('columns of numbers stand to the right, others to the left', () => {
  const rows = [
    ['restic', '12.30', 'met'],
    ['tar', '-', 'NOT met'],
  ];
  assert.deepEqual(layOutTable(['tool', 'wall s', 'verdict'], rows), [
    'tool    wall s  verdict',
    '------  ------  -------',
    'restic   12.30  met',
    'tar          -  NOT met',
  ]);
});

test('a table without rows is its head', () => {
  assert.deepEqual(layOutTable(['tool'], []), ['tool', '----']);
});

suite('a script', () => {
  const run = (text: string): string => execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' });

  test('hands every word over as it is', () => {
    const words = ['two words', "it's", '$HOME', '*', 'back\\slash', 'line\nbreak', ''];
    assert.equal(run(writeScript([{ words: ['printf', '%s|', ...words] }])), `${words.join('|')}|`);
  });

  test('gives a command its own folder and environment', () => {
    const words = ['sh', '-c', 'echo "$PWD $NAME"'];
    assert.equal(run(writeScript([{ words, folder: '/usr', environment: { NAME: "it's" } }])), "/usr it's\n");
  });

  test('stops at the first command that fails', () => {
    assert.throws(() => run(writeScript([{ words: ['false'] }, { words: ['true'] }])));
  });

  test('goes on after an exit code that is accepted, and only then', () => {
    const exit = (code: number) => ({ words: ['sh', '-c', `exit ${String(code)}`], accepted: [1] });
    assert.equal(run(writeScript([exit(1), { words: ['echo', 'on'] }])), 'on\n');
    assert.throws(() => run(writeScript([exit(2), { words: ['echo', 'on'] }])));
  });
});

suite('the process table', () => {
  test('a name with blanks and brackets does not shift the fields', () => {
    const fields = ['S', '7', '8', '9', ...Array.from({ length: 17 }, () => '0'), '25'];
    assert.deepEqual(parseProcess(`42 (a) b) ${fields.join(' ')}`), {
      id: 42,
      parentId: 7,
      sessionId: 9,
      residentBytes: 102_400,
    });
  });

  test('a process that has ended is no row', () => assert.equal(parseProcess(''), undefined));

  test('a tree holds descendants, and orphans of the session', () => {
    const row = (id: number, parentId: number, sessionId: number) => ({ id, parentId, sessionId, residentBytes: 1 });
    const rows = [row(30, 20, 77), row(10, 1, 10), row(20, 10, 10), row(40, 1, 10), row(50, 1, 50)];
    assert.deepEqual(
      processTree(rows, 10).map(({ id }) => id),
      [30, 10, 20, 40],
    );
  });
});
