import type {
  DatabasePlanReport,
  DatabaseReceiptReport,
  DatabasesReport,
  TableReport,
  TablesReport,
} from '../../plugin/protocol/databases.ts';
import { newest } from './recorded-points.ts';

const counts = {
  comesBack: 1,
  replaced: 4,
  removed: 1,
  stays: 0,
  rows: 3622,
  newerRows: 14,
  bytes: 142_000_000,
  views: 1,
  routines: 0,
  triggers: 1,
  events: 0,
};

const unknown = { newer: undefined, isSameContent: undefined };

export const databasePlan: DatabasePlanReport = {
  plan: 'd1q2r3s4',
  account: 'maria',
  purpose: 'restore-database',
  point: newest,
  engine: 'mysql',
  database: 'maria_shop',
  target: { kind: 'replace' },
  isWhole: true,
  undoes: undefined,
  counts,
  warnings: [
    { kind: 'newer-rows', count: 14, tables: ['wp_wc_orders'] },
    { kind: 'triggers-pause', count: 1 },
  ],
  tables: [
    { name: 'wp_options', action: 'comes-back', rows: 1, rowsNow: undefined, bytes: 16_384, ...unknown },
    { name: 'wp_posts', action: 'replaced', rows: 1204, rowsNow: 1198, bytes: 9_400_000, ...unknown },
    {
      name: 'wp_prices',
      action: 'replaced',
      rows: 18,
      rowsNow: 18,
      bytes: 3200,
      newer: undefined,
      isSameContent: false,
    },
    { name: 'wp_terms', action: 'replaced', rows: 7, rowsNow: 7, bytes: 900, ...unknown },
    {
      name: 'wp_wc_orders',
      action: 'replaced',
      rows: 2417,
      rowsNow: 2431,
      bytes: 2_600_000,
      newer: { count: 14, by: 'key', column: 'id' },
      isSameContent: undefined,
    },
    { name: 'evil\u001b[2J\n', action: 'removed', rows: undefined, rowsNow: 3, bytes: undefined, ...unknown },
  ],
  users: ["'maria'@'localhost'"],
  expiresAt: '2026-11-20T10:34:00.000Z',
  undoDays: 7,
};

export const databaseReceipt: DatabaseReceiptReport = {
  account: 'maria',
  plan: databasePlan.plan,
  purpose: 'restore-database',
  point: newest,
  engine: 'mysql',
  database: 'maria_shop',
  target: { kind: 'replace' },
  isWhole: true,
  counts,
  users: databasePlan.users,
  undoUntil: '2026-11-27T10:04:05.000Z',
  seconds: 12.4,
  problemCount: 1,
  problems: [{ object: 'v_best_sellers', reason: "Table 'maria_shop.wp_gone' doesn't exist" }],
};

const ordersTable = {
  name: 'wp_wc_orders',
  mark: 'changed',
  isSameContent: false,
  rows: 2417,
  rowsNow: 2431,
  bytes: 2_600_000,
  bytesNow: 2_650_000,
  isSameDefinition: true,
  isConsistent: true,
  newer: { count: 14, by: 'key', column: 'id' },
} as const;

export const databases: DatabasesReport = {
  account: 'maria',
  point: newest,
  databases: [
    { name: 'maria_shop', engine: 'mysql', version: '10.11.19-MariaDB', tables: 61, rows: 3622, bytes: 142_000_000 },
  ],
};

export const tables: TablesReport = {
  account: 'maria',
  point: newest,
  database: 'maria_shop',
  engine: 'mysql',
  version: '10.11.19-MariaDB',
  versionNow: '10.11.19-MariaDB',
  isLive: true,
  replacesTables: true,
  rows: 3622,
  bytes: 142_000_000,
  views: 1,
  routines: 0,
  triggers: 1,
  events: 0,
  tables: [
    {
      ...ordersTable,
      name: 'wp_options',
      mark: 'gone',
      rows: 1,
      rowsNow: undefined,
      bytes: 16_384,
      bytesNow: undefined,
      isSameDefinition: undefined,
      newer: undefined,
    },
    ordersTable,
  ],
};

export const table: TableReport = {
  account: 'maria',
  point: newest,
  database: 'maria_shop',
  table: ordersTable,
  definition:
    'CREATE TABLE `wp_wc_orders` (\n  `id` bigint(20) unsigned NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB',
  definitionNow:
    'CREATE TABLE `wp_wc_orders` (\n  `id` bigint(20) unsigned NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB',
  columns: ['id', 'status', 'note'],
  sample: [
    ['1', 'wc-completed', null],
    ['2', 'wc-processing', 'χωρίς κρεμμύδι'],
  ],
};
