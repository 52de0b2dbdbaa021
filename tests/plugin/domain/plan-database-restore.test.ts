import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import type { LiveDatabase, LiveTable } from '../../../plugin/domain/live-database.ts';
import type { NewerRows } from '../../../plugin/domain/newer-rows.ts';
import {
  countDatabaseChanges,
  findTornKeys,
  isNewerServer,
  planDatabaseRestore,
  type DatabaseSituation,
} from '../../../plugin/domain/plan-database-restore.ts';
import type { DumpDescription, StoredTable } from '../../../plugin/domain/stored-database.ts';
import { referredTables } from '../../../plugin/domain/table-definition.ts';

const none = { routines: [], views: [], triggers: [], events: [] };

function stored(name: string, rows = 10, isConsistent = true): StoredTable {
  const engine = isConsistent ? 'InnoDB' : 'MyISAM';
  return {
    name,
    kind: 'table',
    engine,
    rows,
    bytes: 1000,
    definitionSha256: name,
    isConsistent,
    nextNumber: undefined,
  };
}

function liveTable(name: string, refersTo: readonly string[] = []): LiveTable {
  const facts = {
    kind: 'table',
    engine: 'InnoDB',
    rows: 12,
    bytes: 2000,
    definition: '',
    definitionSha256: name,
  } as const;
  return { name, ...facts, refersTo: refersTo.map((table) => ({ database: 'shop', table })) };
}

function live(...tables: readonly LiveTable[]): LiveDatabase {
  const facts = {
    name: 'shop',
    serverVersion: '10.11.19-MariaDB',
    charset: 'utf8mb4',
    collation: 'utf8mb4_general_ci',
  };
  return { ...facts, tables, definitions: none, referredFrom: [] };
}

function situation(changes: Partial<DatabaseSituation> = {}): DatabaseSituation {
  const tables = [stored('orders'), stored('posts')];
  return {
    description: describe(tables),
    definitions: none,
    live: live(liveTable('orders'), liveTable('came_later')),
    chosen: tables,
    isWhole: true,
    target: { kind: 'replace' },
    newer: new Map(),
    sameContent: new Map(),
    users: [],
    serverVersion: '10.11.19-MariaDB',
    freeBytes: undefined,
    ...changes,
  };
}

function describe(tables: readonly StoredTable[], serverVersion = '10.11.6-MariaDB'): DumpDescription {
  const counts = { rows: 0, bytes: 0, views: 0, routines: 0, triggers: 0, events: 0 };
  const server = { engine: 'mysql', serverVersion, program: '', position: undefined, isFromReplica: false } as const;
  const form = { format: 1, name: 'shop', dumpedAt: '2026-11-20T09:12:00.000Z', charset: 'utf8mb4' } as const;
  return { ...form, ...server, collation: 'utf8mb4_general_ci', counts, tables, brokenViews: [] };
}

suite('what the restore of a database will do', () => {
  test('of a table with as many rows as now it says whether a newer backup holds others', () => {
    const tables = [stored('orders', 3), stored('posts', 3)];
    const told = (rowsNow: number, sameContent: ReadonlyMap<string, boolean>) => {
      const now = live({ ...liveTable('orders'), rows: rowsNow }, { ...liveTable('posts'), rows: 3 });
      const plan = planDatabaseRestore(situation({ chosen: tables, live: now, sameContent }));
      return plan.tables.map(({ isSameContent }) => isSameContent);
    };
    const known = new Map([['orders', false]]);
    assert.deepEqual(told(3, known), [false, undefined]);
    assert.deepEqual(told(2, known), [undefined, undefined], 'the numbers say it');
    assert.deepEqual(told(3, new Map()), [undefined, undefined]);
  });

  test('of a whole one: tables come back, are replaced, and what came later goes', () => {
    const { tables, counts } = planDatabaseRestore(situation());
    assert.deepEqual(
      tables.map(({ name, action }) => [name, action]),
      [
        ['orders', 'replaced'],
        ['posts', 'comes-back'],
        ['came_later', 'removed'],
      ],
    );
    assert.deepEqual([counts.comesBack, counts.replaced, counts.removed, counts.stays], [1, 1, 1, 0]);
  });

  test('of one table: all others stay', () => {
    const { counts } = planDatabaseRestore(situation({ chosen: [stored('orders')], isWhole: false }));
    assert.deepEqual([counts.comesBack, counts.replaced, counts.removed, counts.stays], [0, 1, 0, 1]);
  });

  test('beside the live one nothing is replaced', () => {
    const { counts } = planDatabaseRestore(situation({ target: { kind: 'beside', name: 'shop_then' } }));
    assert.deepEqual([counts.comesBack, counts.replaced, counts.removed, counts.stays], [2, 0, 0, 0]);
  });

  test('rows that came in are warned of, rows that only changed are not', () => {
    const newer = new Map<string, NewerRows>([['orders', { count: 14, by: 'created', column: 'date_created_gmt' }]]);
    assert.deepEqual(planDatabaseRestore(situation({ newer })).warnings, [
      { kind: 'newer-rows', count: 14, tables: ['orders'] },
    ]);
    const changed = new Map<string, NewerRows>([['orders', { count: 14, by: 'updated', column: 'updated_at' }]]);
    assert.deepEqual(planDatabaseRestore(situation({ newer: changed })).warnings, []);
  });

  test('a newer server, too little room and tables of several moments are warned of', () => {
    const description = describe([], '11.4.2-MariaDB');
    const chosen = [stored('log', 5, false)];
    const { warnings } = planDatabaseRestore(situation({ description, chosen, freeBytes: 1500 }));
    assert.deepEqual(warnings, [
      { kind: 'no-space', needed: 2000, free: 1500 },
      { kind: 'newer-server', version: '11.4.2-MariaDB', versionNow: '10.11.19-MariaDB' },
      { kind: 'not-consistent', tables: ['log'] },
    ]);
  });
});

const versions: readonly [then: string, now: string, isNewer: boolean][] = [
  ['10.11.6-MariaDB', '10.11.19-MariaDB', false],
  ['10.11.19-MariaDB', '10.11.6-MariaDB', false],
  ['11.4.2-MariaDB', '10.11.19-MariaDB', true],
  ['10.6.1-MariaDB', '10.11.19-MariaDB', false],
  ['10.11.1-MariaDB', '10.6.19-MariaDB', true],
  ['8.4.0', '8.0.36', true],
];
for (const [then, now, isNewer] of versions) {
  test(`a dump of ${then} is ${isNewer ? '' : 'not '}of a newer server than ${now}`, () => {
    assert.equal(isNewerServer(then, now), isNewer);
  });
}

suite('foreign keys', () => {
  const shop = live(liveTable('orders'), liveTable('items', ['orders']), liveTable('posts'));

  test('that go from what comes back to what stays, or the other way, are torn', () => {
    assert.deepEqual(findTornKeys(shop, ['items']), ['items', 'orders']);
    assert.deepEqual(findTornKeys(shop, ['orders']), ['items', 'orders']);
  });

  test('of a table that is gone, or had other keys then, are torn as well', () => {
    const then = [{ name: 'notes', refersTo: ['notes', 'orders'] }];
    assert.deepEqual(findTornKeys(shop, ['notes'], then), ['notes', 'orders']);
    assert.deepEqual(findTornKeys(undefined, ['notes'], then), ['notes', 'orders']);
    assert.deepEqual(findTornKeys(shop, ['items', 'notes', 'orders'], then), []);
  });

  test('are read out of what made a table, and of nothing that only looks like one', () => {
    const lines = [
      'CREATE TABLE `items` (',
      "  `note` text COMMENT 'CONSTRAINT `a` FOREIGN KEY (`x`) REFERENCES `wrong` (`id`)',",
      '  CONSTRAINT `one` FOREIGN KEY (`order_id`, `b(`) REFERENCES `or``ders` (`id`, `b`) ON DELETE CASCADE,',
      '  CONSTRAINT `two` FOREIGN KEY (`id`) REFERENCES `other`.`elsewhere` (`id`)',
      ') ENGINE=InnoDB',
    ];
    assert.deepEqual(referredTables(lines.join('\n')), ['or`ders']);
  });

  test('within what comes back, or within what stays, are whole', () => {
    assert.deepEqual(findTornKeys(shop, ['orders', 'items']), []);
    assert.deepEqual(findTornKeys(shop, ['posts']), []);
  });
});

test('two plans differ in tables and users, not in rows that came in meanwhile', () => {
  const plan = planDatabaseRestore(situation());
  const newer = new Map<string, NewerRows>([['orders', { count: 3, by: 'key', column: 'id' }]]);
  assert.equal(countDatabaseChanges(plan, planDatabaseRestore(situation({ newer }))), 0);
  assert.equal(countDatabaseChanges(plan, planDatabaseRestore(situation({ live: live() }))), 3);
  assert.equal(countDatabaseChanges(plan, { ...plan, users: ['maria@localhost'] }), 1);
});
