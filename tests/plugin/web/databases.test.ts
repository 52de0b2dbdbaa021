import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { mustType, presentDatabasePlan } from '../../../plugin/web/presenters/database-plan.ts';
import { presentDatabase, presentTiles, toRow } from '../../../plugin/web/presenters/databases.ts';
import { presentNewer } from '../../../plugin/web/presenters/newer-rows.ts';
import { nameFromAddress, nameToAddress } from '../../../plugin/web/paths.ts';
import { databasePlan, databases, tables } from '../../support/recorded-database-plan.ts';

const rows = (name: string, count: number, by: 'key' | 'created' | 'updated' = 'key') => ({
  name,
  newer: { count, by, column: 'id' },
});

suite('what came in after a backup', () => {
  for (const [name, word] of [
    ['wp_wc_orders', 'orders'],
    ['ps_orders', 'orders'],
    ['sales_order', 'orders'],
    ['oc_order', 'orders'],
    ['wp_users', 'customers'],
    ['customer_entity', 'customers'],
    ['wp_comments', 'comments'],
    ['wp_posts', 'posts'],
  ] as const) {
    test(`into ${name} is called ${word}`, () => {
      assert.deepEqual(presentNewer([rows(name, 14)])?.things, [{ word, count: 14 }]);
    });
  }

  for (const name of ['wp_order_items', 'wp_usermeta', 'reorders_log', 'postscript', 'Παραγγελίες']) {
    test(`into ${name} is counted as rows of a table`, () => {
      assert.deepEqual(presentNewer([rows(name, 3)]), { total: 3, things: [], others: { count: 3, tables: 1 } });
    });
  }

  test('is nothing where rows only changed, none came, or nobody can tell', () => {
    assert.equal(
      presentNewer([rows('wp_posts', 9, 'updated'), rows('a', 0), { name: 'b', newer: undefined }]),
      undefined,
    );
  });

  test('is summed over tables that are called alike', () => {
    const news = presentNewer([rows('wp_users', 1), rows('shop_customers', 2), rows('x', 4), rows('y', 5)]);
    assert.deepEqual(news, { total: 12, things: [{ word: 'customers', count: 3 }], others: { count: 9, tables: 2 } });
  });
});

test('without a choice the largest database is looked at; with one that, by either name', () => {
  const [line] = databases.databases;
  assert.ok(line !== undefined);
  const all = [
    { ...line, name: 'a', bytes: 1 },
    { ...line, name: 'b', bytes: 9 },
    { ...line, name: 'c', bytes: 5 },
  ];
  const chosen = (name: string | undefined) => presentTiles(all, name).find(({ isChosen }) => isChosen)?.name;
  assert.deepEqual([chosen(undefined), chosen('c'), chosen('mysql:a'), chosen('gone')], ['b', 'c', 'a', 'b']);
  assert.deepEqual(presentTiles([], 'a'), []);
});

test('tables that are gone stand first, those that came later are only counted', () => {
  const [first] = tables.tables;
  assert.ok(first !== undefined);
  const same = { ...first, name: 'same', mark: 'same' } as const;
  const report = { ...tables, tables: [same, ...tables.tables, { ...first, name: 'later', mark: 'new' } as const] };
  const shown = presentDatabase(report, 'maria_shop', new Set(['same']));
  assert.deepEqual(
    shown.tables.map(({ name, isTicked }) => [name, isTicked]),
    [
      ['wp_options', false],
      ['wp_wc_orders', false],
      ['same', true],
    ],
  );
  assert.deepEqual([shown.cameLater, shown.differing], [1, 2]);
});

test('values that changed in as many rows are told from tables that are the same', () => {
  const [first] = tables.tables;
  assert.ok(first !== undefined);
  const word = (changes: Partial<typeof first>) =>
    toRow({ ...first, rows: 5, rowsNow: 5, isSameDefinition: true, ...changes }, new Set()).word;
  assert.equal(word({ mark: 'changed', isSameContent: false }), 'values');
  assert.equal(word({ mark: 'changed', isSameContent: false, rowsNow: 6 }), 'changed');
  assert.equal(word({ mark: 'changed', isSameContent: false, isSameDefinition: false }), 'changed');
  assert.equal(word({ mark: 'same', isSameContent: true }), 'kept');
  assert.equal(word({ mark: 'same', isSameContent: undefined }), 'same');
});

test('names are shown so that they do nothing, and come back from an address as they were', () => {
  const odd = 'we`ird\n"\u202e<b>';
  const [first] = tables.tables;
  assert.ok(first !== undefined);
  const shown = presentDatabase({ ...tables, tables: [{ ...first, name: odd }] }, 'maria_shop', new Set());
  assert.equal(shown.tables[0]?.name, 'we`ird\\x0a"\\u202e<b>');
  assert.equal(nameFromAddress(shown.tables[0]?.address), odd);
  assert.equal(nameFromAddress(nameToAddress('mysql:Ω')), 'mysql:Ω');
  for (const bad of [undefined, '', 'a b', '../x', 'A'.repeat(401)]) assert.equal(nameFromAddress(bad), undefined);
});

suite('a name must be typed', () => {
  const { counts } = databasePlan;
  const beside = { kind: 'beside', name: 'maria_shop_2' } as const;
  for (const [what, changes, expected] of [
    ['where a whole live database is replaced', {}, true],
    ['not where it comes beside', { target: beside }, false],
    ['not to take something back', { purpose: 'undo-database' }, false],
    ['where chosen tables lose rows', { isWhole: false }, true],
    ['not where chosen tables lose none', { isWhole: false, counts: { ...counts, newerRows: 0 } }, false],
    ['not where nothing is there', { counts: { ...counts, newerRows: 0, replaced: 0, removed: 0 } }, false],
  ] as const) {
    test(what, () => assert.equal(mustType({ ...databasePlan, ...changes }), expected));
  }
});

test('a plan says what goes before what changes, and leaves room and newer rows to their places', () => {
  const plan = presentDatabasePlan({ report: databasePlan });
  assert.deepEqual(plan.groups[0]?.action, 'removed');
  assert.deepEqual(
    plan.notes.map(({ word }) => word),
    ['triggers-pause'],
  );
  assert.equal(plan.news?.things[0]?.word, 'orders');
  assert.equal(plan.steps, databasePlan.tables.length);
});

test('two equal numbers of rows are told in words', () => {
  const words = (table: string): string | undefined =>
    presentDatabasePlan({ report: databasePlan })
      .groups.flatMap(({ tables }) => tables)
      .find(({ name }) => name === table)?.alike;
  assert.deepEqual(['wp_prices', 'wp_terms', 'wp_posts', 'wp_options'].map(words), [
    'other_values',
    'as_many',
    undefined,
    undefined,
  ]);
});

test('a plan of thousands of tables names some of them, and counts the rest', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    name: `t${index}`,
    action: 'comes-back' as const,
    rows: 1,
    rowsNow: undefined,
    bytes: 1,
    newer: undefined,
    isSameContent: undefined,
  }));
  const plan = presentDatabasePlan({ report: { ...databasePlan, tables: many } });
  assert.equal(plan.groups[0]?.tables.length, 300);
  assert.equal(plan.groups[0]?.count, 1000);
  assert.equal(plan.more, 700);
});
