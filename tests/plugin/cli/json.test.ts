import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import type { Answers } from '../../../plugin/protocol/requests.ts';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { runLarder } from '../../support/run-larder.ts';

/** The command lines whose answers docs/json.md shows, by the schema. */
const shown: ReadonlyMap<string, readonly string[]> = new Map([
  ['larder/init/1', ['init']],
  ['larder/doctor/1', ['doctor']],
  ['larder/accounts/1', ['accounts']],
  ['larder/nightly/1', ['nightly']],
  ['larder/backup/1', ['backup', '--account', 'nikos']],
  ['larder/list/1', ['list', '--account', 'maria']],
  ['larder/browse/1', ['browse', 'latest', 'public_html', '--account', 'maria']],
  ['larder/find/1', ['find', 'menu', '--account', 'maria']],
  ['larder/versions/1', ['versions', 'public_html/menu.pdf', '--account', 'maria']],
  ['larder/diff/1', ['diff', 'latest', 'public_html', '--account', 'maria']],
  ['larder/plan/1', ['restore', '.', '--at', 'latest', '--dry-run', '--account', 'maria']],
  ['larder/receipt/1', ['restore', '.', '--at', 'latest', '--yes', '--account', 'maria']],
  [
    'larder/database-plan/1',
    ['restore', 'db:maria_shop', '--at', 'latest', '--replace', '--dry-run', '--account', 'maria'],
  ],
  ['larder/tables/1', ['tables', 'latest', 'db:maria_shop', '--account', 'maria']],
  ['larder/table/1', ['tables', 'latest', 'db:maria_shop/wp_wc_orders', '--account', 'maria']],
  ['larder/restore/1', ['restore', '.', '--at', 'latest', '--to', '/root/maria', '--account', 'maria']],
  ['larder/download/1', ['download', '.', '--at', 'latest', '-o', '/tmp/maria.zip', '--account', 'maria']],
  ['larder/status/1', ['status', '--account', 'maria']],
  ['larder/jobs/1', ['jobs', '--account', 'maria']],
  ['larder/job/1', ['backup', '--no-wait', '--account', 'maria']],
  ['larder/local-copy/1', ['local-copy', '--account', 'maria']],
  ['larder/local-copies/1', ['local-copies', '--account', 'maria']],
  ['larder/local-copy-policy/1', ['local-copies', '--every', 'day', '--keep', '1', '--account', 'maria']],
  ['larder/audit/1', ['audit', '--account', 'maria']],
  ['larder/audit-log/1', ['audit', '--verify']],
  ['larder/catalog-rebuild/1', ['catalog', 'rebuild']],
  ['larder/login/1', ['login', '--account', 'maria']],
  ['larder/complete/1', ['complete', '--', 'local-copies', '--every', '']],
  ['larder/check/1', ['check']],
  ['larder/forget/1', ['forget', '5e6f7a8b', '--account', 'maria']],
  ['larder/prune/1', ['prune']],
  ['larder/rotate/1', ['rotate', '--dry-run']],
  ['larder/retention-simulate/1', ['retention', 'simulate', '--days', '2']],
  ['larder/schedule/1', ['schedule', '--account', 'maria']],
  ['larder/archive/1', ['archive']],
  ['larder/archives/1', ['archives', '--account', 'maria']],
  ['larder/passphrase/1', ['passphrase', '--account', 'maria']],
  ['larder/verify/1', ['verify']],
  ['larder/drill/1', ['drill', '--all']],
  ['larder/drills/1', ['drills', '--account', 'maria']],
  ['larder/alerts/1', ['alerts', '--over']],
  ['larder/metrics/1', ['metrics']],
  ['larder/report/1', ['report']],
  ['larder/copy/1', ['copy']],
  ['larder/inventory/1', ['inventory']],
  ['larder/destination-list/1', ['destination', 'list']],
  ['larder/destination-test/1', ['destination', 'test', 'cloud']],
  ['larder/destination-add/1', ['destination', 'add', 'cloud', '--kind', 's3', 'bucket=backups']],
  ['larder/destination-remove/1', ['destination', 'remove', 'cloud', '--yes']],
  ['larder/recover/1', ['recover', '--destination', 'cloud']],
  ['larder/keys-check-recovery/1', ['keys', 'check-recovery']],
  ['larder/keys-rotate/1', ['keys', 'rotate']],
  ['larder/keys-renew/1', ['keys', 'renew', '--account', 'maria', '--yes']],
  ['larder/keys-renew-all/1', ['keys', 'renew', '--all', '--yes']],
  ['larder/keys-remove-former/1', ['keys', 'remove-former', '--account', 'maria', '--yes']],
  ['larder/keys-export/1', ['keys', 'export', '--account', 'maria', '-o', '/root/maria.restic']],
  ['larder/keys-restic-env/1', ['keys', 'restic-env', '--account', 'maria']],
  ['larder/version/1', ['--version']],
  ['larder/failure/1', ['forget', 'yesterday', '--account', 'maria']],
]);

const page = readFileSync('docs/json.md', 'utf8');
const examples: unknown[] = [...page.matchAll(/```json\n([^]*?)\n```/g)].map(([, text = '']): unknown =>
  JSON.parse(text),
);

for (const [schema, argv] of shown) {
  test(`docs/json.md shows ${schema} as it is`, async () => {
    const { stdout, stderr } = await runLarder(['--json', ...argv]);
    const answer: unknown = JSON.parse(stdout);
    assert.equal(stderr, '');
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    assert.ok(stdout.startsWith(`{"schema":"${schema}"`));
    assert.deepEqual(
      examples.find((example) => hasSchema(example, schema)),
      answer,
    );
  });
}

for (const [schema, argv] of shown) {
  test(`${schema} is the same when it comes over a socket, where what is not there is left out`, async () => {
    const answers = JSON.parse(JSON.stringify(recordedAnswers)) as Answers;
    const { stdout } = await runLarder(['--json', ...argv], { answers });
    assert.deepEqual(JSON.parse(stdout), JSON.parse((await runLarder(['--json', ...argv])).stdout));
  });
}

test('docs/json.md describes every schema that the code writes', () => {
  const sources = globSync('plugin/cli/**/*.ts').map((file) => readFileSync(file, 'utf8'));
  const written = new Set(sources.flatMap((source) => source.match(/larder\/[a-z-]+\/\d+/g) ?? []));
  written.delete('larder/locales/1');
  for (const schema of written) assert.match(page, new RegExp(`^## ${schema}$`, 'm'));
});

test('an unexpected error is an object, too', async () => {
  const { stdout, exitCode } = await runLarder(['accounts', '--json'], { failure: new Error('boom') });
  const answer: unknown = JSON.parse(stdout);
  assert.ok(hasSchema(answer, 'larder/failure/1'));
  assert.equal(exitCode, 1);
});

test('the facts of a failure are given as they are', async () => {
  const failure = new Failure('no-space', { path: '/backup' });
  const { stdout } = await runLarder(['accounts', '--json'], { failure });
  assert.match(
    stdout,
    /"code":"no-space","message":"No space is left at \/backup\..*","facts":\{"path":"\/backup"\}\}/,
  );
});

function hasSchema(value: unknown, schema: string): boolean {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === schema;
}
