import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { failsWith } from '../../support/failures.ts';
import type { HistorySite } from '../../support/history-site.ts';
import { keepHistory, text, write, type KeptHistory } from '../../support/kept-history.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const hasRestic = spawnSync('restic', ['version']).status === 0;

suite('the catalog of an account', () => {
  const folder = suiteFolder();
  let kept: KeptHistory;
  let site: HistorySite;
  let home = '';
  let points: readonly string[] = [];
  const find: KeptHistory['find'] = (...words) => kept.find(...words);

  before(async () => {
    kept = await keepHistory(folder);
    ({ site, home, points } = kept);
  });
  after(() => site.close());

  test('is the same after it was made anew', async () => {
    const ask = async () => [
      (await find('e')).matches,
      (await site.perform({ kind: 'list', account: 'u1' })).points,
      (await kept.versions('public_html/index.php')).versions,
    ];
    const earlier = await ask();
    const { catalogs } = await site.perform({ kind: 'catalog-rebuild', account: undefined });
    assert.deepEqual(catalogs, [
      { account: 'u1', points: 5, paths: 8 },
      { account: 'u2', points: 1, paths: 1 },
    ]);
    assert.deepEqual(await ask(), earlier);
  });

  test('that is damaged is made anew when somebody asks', async () => {
    const earlier = (await find('e')).matches;
    for (const account of await site.services.records.recordAccounts(
      await site.services.panel.listAccounts(),
      new Date(),
    )) {
      writeFileSync(`${folder}/state/catalog/${account.generation}.db`, 'x'.repeat(9999), { mode: 0o600 });
    }
    assert.deepEqual((await find('e')).matches, earlier);
  });

  test('goes on without restore points that were forgotten', async () => {
    await site.perform({ kind: 'forget', account: 'u1', points: [points[2] ?? ''], dryRun: false });
    const { points: listed } = await site.perform({ kind: 'list', account: 'u1' });
    assert.deepEqual(
      listed.map(({ id, added, changed, removed }) => [points.indexOf(id), added, changed, removed]).slice(0, 3),
      [
        [0, undefined, undefined, undefined],
        [1, 0, 0, 0],
        [3, 1, 1, 1],
      ],
    );
    await failsWith('unknown-restore-point', () => find('x', points[2]));
  });

  test('a backup does not fail when its catalog cannot be written, and the log says so', async () => {
    const warnings: unknown[] = [];
    const { log } = site.services;
    Object.assign(site.services, {
      log: { ...log, warn: (event: string, facts: object) => void warnings.push([event, facts]) },
    });
    rmSync(`${folder}/state/catalog`, { recursive: true });
    writeFileSync(`${folder}/state/catalog`, 'in the way');
    try {
      write(home, 'public_html/later.php', 'later');
      const id = await kept.backUp();
      assert.deepEqual(warnings, [['catalog-not-kept', { account: 'u1', code: 'state-unsafe' }]]);
      const { points: listed } = await site.perform({ kind: 'list', account: 'u1' });
      assert.equal(listed.at(-1)?.id, id);
    } finally {
      Object.assign(site.services, { log });
      rmSync(`${folder}/state/catalog`);
    }
    assert.equal((await find('later')).matches.length, 1);
  });

  test('knows what stock restic backed up', { skip: hasRestic ? false : 'needs restic' }, async () => {
    const { repository, password } = await site.perform({ kind: 'keys-restic-env', account: 'u1' });
    const env = { PATH: process.env['PATH'], HOME: folder, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password };
    write(home, 'by-restic.txt', 'restic');
    const run = spawnSync('restic', ['--no-cache', 'backup', home], { env, encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    const { matches } = await find('by-restic');
    assert.deepEqual(
      matches.map(({ path, isInNewest }) => [text(path), isInNewest]),
      [['by-restic.txt', true]],
    );
    assert.equal((await find('new.php')).matches[0]?.isInNewest, true);
  });
});
