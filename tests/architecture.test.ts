import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { findBrokenRules, findForbiddenImports, type ImportTable } from './support/source-rules.ts';

const domain = 'plugin/domain';
const contracts = 'plugin/contracts';
const engine = 'plugin/engine';
const protocol = 'plugin/protocol';
const platform = 'plugin/platform';

/** Who may import whom. `tests` and `bench` are free. */
const mayImport: ImportTable = {
  // The core: no library, no operating system.
  [domain]: [],
  [contracts]: [domain],
  [engine]: [
    domain,
    contracts,
    'node:crypto',
    'node:events',
    'node:stream',
    'node:stream/promises',
    'node:timers/promises',
    'node:zlib',
  ],
  'plugin/actions': [domain, contracts, engine, 'plugin/archives', `type ${protocol}`],

  // The worker: takes requests at the boundary and has them performed.
  'plugin/worker': [domain, contracts, protocol, 'plugin/actions'],

  // The boundary, and who stands before it.
  [protocol]: [domain],
  'plugin/web': [
    domain,
    protocol,
    'node:crypto',
    'node:fs',
    'node:module',
    'node:path',
    'node:util',
    'node:zlib',
    'npm:ejs',
    'npm:express',
    'npm:helmet',
    'npm:i18next',
  ],
  'plugin/cli': [domain, protocol, 'node:path', 'node:readline', 'node:readline/promises', 'node:util', 'npm:yaml'],

  // Adapters: they see the operating system, and never one another.
  [platform]: [
    domain,
    contracts,
    'node:*',
    'npm:@noble/ciphers',
    'npm:age-encryption',
    'npm:croner',
    'npm:koffi',
    'npm:node-cron',
    'npm:pino',
    'npm:smol-toml',
  ],
  'plugin/archives': [domain, contracts, platform, 'node:*', 'npm:age-encryption', 'npm:archiver', 'npm:unzipper'],
  'plugin/destinations': [domain, contracts, platform, 'node:*', 'npm:@aws-sdk/client-s3', 'npm:ssh2'],
  'plugin/sources': [domain, contracts, platform, 'node:*', 'npm:mysql2', 'npm:pg'],
  'plugin/reports': [domain, 'node:*', 'npm:pdfkit', 'npm:@expo-google-fonts/noto-sans'],
  'plugin/panels': [domain, contracts, platform, 'node:*'],
  'plugin/mail': [domain, contracts, platform, 'node:*', 'npm:ejs', 'npm:i18next', 'npm:nodemailer'],
  'plugin/database': [domain, contracts, platform, 'migrations', 'node:*', 'npm:better-sqlite3', 'npm:knex'],

  // What `npm start` shows: homes that are made up. Nothing else sees it.
  'plugin/demo': [domain, contracts, platform, 'node:*'],

  // Wiring.
  'plugin/main-*.ts': ['*'],
  'plugin/bin': ['plugin/main-*.ts', 'node:*'],

  migrations: ['type npm:knex'],
  hooks: [protocol],
  installer: [platform, protocol, 'plugin/panels', 'node:*'],
};

const files = globSync('{plugin,migrations,hooks,installer}/**/*.{ts,mts,cts,js,mjs,cjs}').toSorted();

suite('every source file keeps to its layer', () => {
  for (const file of files) {
    test(file, () => {
      const source = readFileSync(file, 'utf8');
      assert.deepEqual([...findForbiddenImports(file, source, mayImport), ...findBrokenRules(file, source)], []);
    });
  }
});

test('the files of the core were seen', () => {
  for (const file of ['plugin/domain/failure.ts', 'plugin/contracts/codec.ts', 'installer/prepare.mjs']) {
    assert.ok(files.includes(file), `${file} was not found from ${process.cwd()}`);
  }
});

const forbidden = [
  { file: 'plugin/domain/a.ts', source: "import path from 'node:path';" },
  { file: 'plugin/domain/a.ts', source: "import type { Codec } from '../contracts/codec.ts';" },
  { file: 'plugin/engine/a.ts', source: "import {\n  readFile,\n} from 'node:fs/promises';" },
  { file: 'plugin/engine/a.ts', source: "const fs = await import('node:fs');" },
  { file: 'plugin/engine/a.ts', source: "const fs = await import('../platform/files.ts');" },
  { file: 'plugin/engine/a.ts', source: "const { open } = process.getBuiltinModule('node:fs');" },
  { file: 'plugin/engine/a.ts', source: "const worker = new URL('../actions/x.ts', import.meta.url);" },
  { file: 'plugin/engine/a.ts', source: "const koffi = require('koffi');" },
  { file: 'plugin/engine/a.ts', source: "export { x } from '../destinations/local.ts';" },
  { file: 'plugin/engine/a.ts', source: "import '../platform/clock.ts';" },
  { file: 'plugin/actions/a.ts', source: "import { parse } from '../protocol/requests.ts';" },
  { file: 'plugin/actions/a.ts', source: "import knex from 'knex';" },
  { file: 'plugin/destinations/local.ts', source: "import { x } from '../panels/static.ts';" },
  { file: 'plugin/cli/a.ts', source: "import { x } from '../actions/restore.ts';" },
  { file: 'plugin/cli/a.ts', source: "import { x } from '../main-cli.ts';" },
  { file: 'plugin/domain/a.ts', source: "import { x } from '../../tests/support/x.ts';" },
  { file: 'migrations/a.ts', source: "import { knex } from 'knex';" },
  { file: 'migrations/a.ts', source: "import type { X } from '../plugin/domain/ids.ts';" },
  { file: 'plugin/helpers/a.ts', source: '' },
  { file: 'plugin/loose.ts', source: '' },
];

const permitted = [
  { file: 'plugin/domain/a.ts', source: "import { Failure } from './failure.ts';" },
  { file: 'plugin/domain/a.ts', source: "// import path from 'node:path';\n/* import 'x'; */" },
  { file: 'plugin/engine/a.ts', source: "import { createHash } from 'node:crypto';" },
  { file: 'plugin/actions/a.ts', source: "import type { Request } from '../protocol/requests.ts';" },
  { file: 'plugin/destinations/local.ts', source: "import { open } from 'node:fs/promises';" },
  { file: 'plugin/platform/native/a.ts', source: "import koffi from 'koffi';\nimport { x } from '../clock.ts';" },
  { file: 'plugin/engine/a.ts', source: "await Promise.resolve('x');\nnew URL('../../locales/', import.meta.url);" },
  { file: 'plugin/main-cli.ts', source: "import { x } from './actions/x.ts';\nimport knex from 'knex';" },
  { file: 'migrations/a.ts', source: "import type { Knex } from 'knex';" },
];

suite('an import outside the table is found', () => {
  for (const { file, source } of forbidden) {
    test(`${file}: ${source.replaceAll('\n', ' ')}`, () =>
      assert.equal(findForbiddenImports(file, source, mayImport).length, 1));
  }
});

suite('an import within the table is not held against a file', () => {
  for (const { file, source } of permitted) {
    test(`${file}: ${source.replaceAll('\n', ' ')}`, () =>
      assert.deepEqual(findForbiddenImports(file, source, mayImport), []));
  }
});

const broken = [
  { file: 'plugin/engine/a.ts', source: 'const now = new Date();' },
  { file: 'plugin/engine/a.ts', source: 'const now = new Date( );' },
  { file: 'plugin/engine/a.ts', source: 'const now = new Date;' },
  { file: 'plugin/engine/a.ts', source: 'const now = Date();' },
  { file: 'plugin/engine/a.ts', source: 'const { now } = { now: Date.now };' },
  { file: 'plugin/engine/a.ts', source: 'const home = process.env.HOME;' },
  { file: 'plugin/platform/a.ts', source: "const home = process['env'];" },
  { file: 'plugin/platform/a.ts', source: "import { env } from 'node:process';" },
  { file: 'plugin/main-cli.ts', source: 'run(process.env);' },
  { file: 'plugin/engine/a.ts', source: 'const module = await import(name);' },
  { file: 'plugin/engine/a.ts', source: 'export default run;' },
  { file: 'plugin/engine/a.ts', source: 'export { run as default };' },
  { file: 'plugin/engine/a.ts', source: "export * from './pack.ts';" },
  { file: 'plugin/engine/index.ts', source: 'export const x = 1;' },
];

const kept = [
  { file: 'plugin/engine/a.ts', source: 'const time = new Date(seconds * 1000);' },
  { file: 'plugin/engine/a.ts', source: 'const time = new Date(\n  text,\n);' },
  { file: 'plugin/engine/a.ts', source: '// not new Date(), not process.env\nconst run = clock.now();' },
  { file: 'plugin/platform/clock.ts', source: 'const now = new Date();' },
  { file: 'plugin/platform/environment.ts', source: 'const home = process.env;' },
];

suite('a broken rule is found', () => {
  for (const { file, source } of broken) {
    test(`${file}: ${source.replaceAll('\n', ' ')}`, () => assert.equal(findBrokenRules(file, source).length, 1));
  }
});

suite('a kept rule is not held against a file', () => {
  for (const { file, source } of kept) {
    test(`${file}: ${source.replaceAll('\n', ' ')}`, () => assert.deepEqual(findBrokenRules(file, source), []));
  }
});
