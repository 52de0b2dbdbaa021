import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { createFormats } from '../../../plugin/domain/formats.ts';
import { showName } from '../../../plugin/domain/show-name.ts';
import type { AccountDrill } from '../../../plugin/protocol/drills.ts';
import type { DrillReport } from '../../../plugin/protocol/proof.ts';
import { presentDrill, type DrillPage } from '../../../plugin/web/presenters/drill.ts';
import { presentDrills, type DrillFilter } from '../../../plugin/web/presenters/drills.ts';
import { recordedDrills, recordedProven } from '../../support/recorded-proof.ts';

const formats = createFormats('en', 'Europe/Athens');
const now = new Date('2026-11-20T10:00:00Z');
const { passed, filesOnly, failed } = recordedDrills;

const line = (account: string, state: AccountDrill['state'], report?: DrillReport): AccountDrill => {
  if (report === undefined) return { account, state, newest: undefined };
  const { id, point, pointTime, outcome, seconds, rtoSeconds, isWithinRto, problems } = report;
  const told = { id, point, pointTime, outcome, seconds, rtoSeconds, isWithinRto };
  const newest = { ...told, at: '2026-11-19T03:00:21.500Z', problem: problems[0], problems: problems.length };
  return { account, state, newest };
};

const accounts = [
  line('late', 'overdue', passed),
  line('new', 'never'),
  line('nikos', 'failed', failed),
  line('eleni', 'files-only', filesOnly),
  line('maria', 'passed', passed),
  line('own', 'sealed'),
];
const list = (filter: DrillFilter, page = 1, perPage = 50) =>
  presentDrills({ days: 30, accounts }, { filter, page, perPage, formats, now });
const names = (filter: DrillFilter): string[] => list(filter).rows.map(({ account }) => account);

suite('the list of drills', () => {
  test('is as the worker orders it, and each filter shows what it counts', () => {
    assert.deepEqual(list('all').counts, { all: 6, overdue: 2, failed: 1, files: 1, passed: 2 });
    assert.deepEqual(names('all'), ['late', 'new', 'nikos', 'eleni', 'maria', 'own']);
    assert.deepEqual(names('overdue'), ['late', 'new']);
    assert.deepEqual(names('failed'), ['nikos']);
    assert.deepEqual(names('files'), ['eleni']);
  });

  test('tells the first problem and how many more there are, and time against its goal', () => {
    const [row] = list('failed').rows;
    assert.deepEqual([row?.drill?.problem?.key, row?.drill?.more], ['cli:drill.problem.files-missing', 4]);
    assert.deepEqual([row?.drill?.took, row?.drill?.goal, row?.drill?.isWithin], ['1 hr 5 mins', '1 hr', false]);
  });

  test('has pages, and a page that is not there is the nearest one', () => {
    assert.deepEqual(
      [0, 1, 2, 9].map((page) => list('all', page, 4).rows.length),
      [4, 4, 2, 2],
    );
    assert.deepEqual([list('all', 9, 4).page, list('all', 9, 4).pages], [2, 2]);
  });
});

const show = (drill: DrillReport): DrillPage =>
  presentDrill({ drill, before: undefined, proven: recordedProven }, { formats, now });
const checksOf = (drill: DrillReport) =>
  show(drill).checks.map(({ what, name, result }) => `${what} ${name} ${result}`);

suite('one drill', () => {
  test('that passed: everything is the same, what could not be asked is not tried', () => {
    assert.deepEqual(checksOf(passed), [
      'entries  same',
      'contents  same',
      'required public_html same',
      'required blog same',
      'tables maria_shop same',
      'rows maria_shop same',
      'tables maria_crm same',
      'rows maria_crm same',
      'page public_html same',
      'page blog untried',
    ]);
    assert.equal(show(passed).said, 'passed');
    assert.equal(show(passed).differing, 0);
  });

  test('that failed: what was there, what came back, and what a site lacks', () => {
    const { checks, differing, said, passed: newest } = show(failed);
    assert.equal(said, 'incomplete');
    assert.equal(differing, 5);
    assert.deepEqual(
      checks.filter(({ result }) => result === 'differs').map(({ what, expected, got }) => [what, expected, got]),
      [
        ['entries', 1291, 1290],
        ['contents', 1290, 1288],
        ['required', 'whole', 'lacking'],
        ['tables', 12, undefined],
        ['page', 'page', 'HTTP 500'],
      ],
    );
    assert.equal(newest?.on, '19 November');
  });

  test('names of databases are shown so that they do no harm, paths as they are', () => {
    const problems = [
      { kind: 'tables-missing', name: 'a\u001b[31m', count: 1, detail: 'x\u202e' },
      { kind: 'required-missing', name: 'b\\x1b', detail: 'wp-config.php' },
    ] as const;
    assert.deepEqual(
      show({ ...failed, problems }).problems.map(({ facts: { name, detail } }) => [name, detail]),
      [
        [showName('a\u001b[31m'), showName('x\u202e')],
        ['b\\x1b', 'wp-config.php'],
      ],
    );
  });

  test('of files alone: databases were not tried, and why', () => {
    const tables = show(filesOnly).checks.filter(({ what }) => what === 'tables');
    assert.deepEqual(
      tables.map(({ result, why }) => [result, why]),
      [
        ['untried', 'untried.no-server'],
        ['untried', 'untried.compared'],
      ],
    );
  });

  test('that never came to its end compared nothing', () => {
    const given = {
      ...failed,
      steps: [],
      sites: [],
      databases: [],
      problems: [{ kind: 'unfinished', count: 3 }],
    } as const;
    assert.deepEqual([show(given).checks, show(given).steps, show(given).said], [[], [], 'undone']);
  });

  test('its steps stand one after another and fill the whole', () => {
    const { steps } = show(passed);
    for (const [index, { from }] of steps.entries()) {
      const before = steps[index - 1];
      if (before !== undefined) assert.ok(from >= before.from);
    }
    const last = steps.at(-1);
    assert.ok(last !== undefined && last.from + last.width > 99);
  });
});
