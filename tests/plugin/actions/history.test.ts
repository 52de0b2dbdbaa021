import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { after, before, beforeEach, suite, test } from 'node:test';
import type { DiffReport } from '../../../plugin/protocol/history.ts';
import { failsWith } from '../../support/failures.ts';
import type { HistorySite } from '../../support/history-site.ts';
import { keepHistory, text, write, type KeptHistory } from '../../support/kept-history.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

suite('the history of an account', () => {
  const folder = suiteFolder();
  let kept: KeptHistory;
  let site: HistorySite;
  let home = '';
  let points: readonly string[] = [];
  const find: KeptHistory['find'] = (...words) => kept.find(...words);
  const versions: KeptHistory['versions'] = (path) => kept.versions(path);

  before(async () => {
    kept = await keepHistory(folder);
    ({ site, home, points } = kept);
  });
  after(() => site.close());

  test('tells of each restore point how many entries came, changed and went', async () => {
    const { points: listed } = await site.perform({ kind: 'list', account: 'u1' });
    assert.deepEqual(
      listed.map(({ id, added, changed, removed }) => [points.indexOf(id), added, changed, removed]),
      [
        [0, undefined, undefined, undefined],
        [1, 0, 0, 0],
        [2, 1, 1, 0],
        [3, 0, 0, 1],
        [4, undefined, undefined, undefined],
      ],
    );
  });

  test('takes for the last backup the newest of the whole home', async () => {
    const { lastBackup } = await site.perform({ kind: 'status', account: 'u1' });
    assert.equal(points.indexOf(lastBackup?.id ?? ''), 3);
  });

  for (const [paths, at] of [
    [['mail'], 4],
    [['mail/inbox/1'], 4],
    [['public_html'], 3],
    [['mail', 'public_html'], 3],
    [[''], 3],
    [['mailing'], 3],
  ] as const) {
    test(`takes for the latest of ${JSON.stringify(paths)} the newest that was made of all of it`, async () => {
      const { points: listed } = await site.perform({ kind: 'list', account: 'u1', of: paths.map(pathBytes) });
      assert.equal(points.indexOf(listed.at(-1)?.id ?? ''), at);
      const [path = ''] = paths;
      if (paths.length > 1 || path === 'mailing') return;
      const { point } = await site.perform({ kind: 'browse', account: 'u1', point: 'latest', path: pathBytes(path) });
      assert.equal(points.indexOf(point.id), at);
      const restored = { account: 'u1', paths: paths.map(pathBytes), point: 'latest', to: undefined, dryRun: true };
      assert.equal(points.indexOf((await site.perform({ kind: 'restore', ...restored })).point.id), at);
    });
  }

  test('shows of a backup of some paths that it is one, and of an id only what it names', async () => {
    const { points: listed } = await site.perform({ kind: 'list', account: 'u1' });
    assert.deepEqual(
      listed.map(({ only }) => only),
      [undefined, undefined, undefined, undefined, [pathBytes('mail')]],
    );
    const point = points[4] ?? '';
    const browsed = await site.perform({ kind: 'browse', account: 'u1', point, path: '' });
    assert.deepEqual([browsed.point.id, browsed.entries.length], [point, 1]);
  });

  test('finds names by part, whatever the case, and says where they were', async () => {
    const { matches, isComplete } = await find('menu');
    assert.equal(isComplete, true);
    assert.deepEqual(
      matches.map(({ path, firstPoint, lastPoint, versions: count, isInNewest }) => [
        text(path),
        points.indexOf(firstPoint),
        points.indexOf(lastPoint),
        count,
        isInNewest,
      ]),
      [
        ['public_html/menu-link', 0, 3, 1, true],
        ['public_html/Menu.pdf', 0, 2, 1, false],
      ],
    );
  });

  test('what a backup of some paths does not hold is not gone', async () => {
    const [index] = (await find('index.php')).matches;
    assert.equal(index?.isInNewest, true);
    assert.equal((await find('1')).matches.find(({ path }) => text(path) === 'mail/inbox/1')?.isInNewest, true);
  });

  test('finds in one restore point only what that holds', async () => {
    assert.deepEqual(
      (await find('*.pdf', points[2])).matches.map(({ path }) => text(path)),
      ['public_html/Menu.pdf'],
    );
    assert.deepEqual((await find('*.pdf', points[3])).matches, []);
    await failsWith('unknown-restore-point', () => find('x', 'ffffffff'));
    await failsWith('invalid-input', () => find(''));
  });

  test('never shows what another account has', async () => {
    assert.deepEqual((await find('secret')).matches, []);
    assert.equal((await find('secret', undefined, 'u2')).matches.length, 1);
    await failsWith('unknown-restore-point', () => find('menu', points[0], 'u2'));
    await failsWith('repository-missing', () => find('menu', undefined, 'u3'));
    assert.deepEqual(await site.perform({ kind: 'list', account: 'u3' }), { account: 'u3', points: [] });
  });

  test('gives the versions of a file, newest first, and how the live one compares', async () => {
    const { versions: lines } = await versions('public_html/index.php');
    assert.deepEqual(
      lines.map(({ firstPoint, point, sizeBytes, now }) => [
        points.indexOf(firstPoint),
        points.indexOf(point),
        sizeBytes,
        now,
      ]),
      [
        [2, 3, 8, 'same'],
        [0, 1, 7, 'changed'],
      ],
    );
    assert.deepEqual(
      (await versions('public_html/Menu.pdf')).versions.map(({ now }) => now),
      ['gone'],
    );
    assert.deepEqual(
      (await versions('public_html/menu-link')).versions.map(({ now }) => now),
      ['same'],
    );
    assert.deepEqual((await versions('public_html')).versions.length, 1);
    await failsWith('not-found', () => versions('never/was'));
    await failsWith('path-outside-home', () => versions('../u2/secret-menu.pdf'));
  });

  test('lists only the restore points in which a path changed', async () => {
    const changed = async (path: string): Promise<number[]> => {
      const answer = await site.perform({ kind: 'list', account: 'u1', changed: pathBytes(path) });
      return answer.points.map(({ id }) => points.indexOf(id));
    };
    assert.deepEqual(await changed('public_html/index.php'), [0, 2]);
    assert.deepEqual(await changed('public_html/Menu.pdf'), [0, 3]);
    assert.deepEqual(await changed('public_html'), [0, 2, 3]);
    assert.deepEqual(await changed('mail'), [0]);
    assert.deepEqual(await changed(''), [0, 2, 3]);
    assert.deepEqual(await changed('never'), []);
  });

  test('marks what is gone, changed or the same in the live home', async () => {
    write(home, 'public_html/new.php', 'longer than before');
    const answer = await site.perform({
      kind: 'browse',
      account: 'u1',
      point: points[2] ?? '',
      path: pathBytes('public_html'),
      marks: true,
    });
    assert.deepEqual(
      answer.entries.map(({ name, mark }) => [text(name), mark]),
      [
        ['Menu.pdf', 'gone'],
        ['index.php', 'same'],
        ['menu-link', 'same'],
        ['new.php', 'changed'],
      ],
    );
    const top = await site.perform({ kind: 'browse', account: 'u1', point: points[2] ?? '', path: '', marks: true });
    assert.deepEqual(
      top.entries.map(({ name, mark }) => [text(name), mark]),
      [
        ['mail', 'same'],
        ['public_html', 'same'],
      ],
    );
    write(home, 'public_html/new.php', 'new');
  });

  test('does not follow a link that took the place of a folder', async () => {
    renameSync(`${home}/public_html`, `${home}/moved`);
    symlinkSync('moved', `${home}/public_html`);
    try {
      const request = {
        kind: 'browse',
        account: 'u1',
        point: points[2] ?? '',
        path: pathBytes('public_html'),
      } as const;
      const { entries } = await site.perform({ ...request, marks: true });
      assert.deepEqual(new Set(entries.map(({ mark }) => mark)), new Set(['gone']));
      assert.equal((await versions('public_html/index.php')).versions[0]?.now, 'gone');
      const top = await site.perform({ ...request, path: '', marks: true });
      assert.equal(top.entries.find(({ name }) => text(name) === 'public_html')?.mark, 'gone');
    } finally {
      rmSync(`${home}/public_html`);
      renameSync(`${home}/moved`, `${home}/public_html`);
    }
  });

  suite('the difference', () => {
    const diff = (from: string | undefined, to: string | undefined, path = '', limit = 100): Promise<DiffReport> =>
      site.perform({ kind: 'diff', account: 'u1', from: from ?? '', to: to ?? '', path: pathBytes(path), limit });
    const lines = ({ entries }: DiffReport): string[] =>
      entries.map(({ path, change, sizeBefore, sizeAfter }) => `${change} ${text(path)} ${sizeBefore} ${sizeAfter}`);

    beforeEach(() => write(home, 'public_html/new.php', 'new'));

    test('of two restore points is listed and counted', async () => {
      const report = await diff(points[0], points[3]);
      assert.deepEqual(lines(report), [
        'removed public_html/Menu.pdf 10 undefined',
        'changed public_html/index.php 7 8',
        'added public_html/new.php undefined 3',
      ]);
      assert.deepEqual([report.added, report.changed, report.removed, report.attributes], [1, 1, 1, 0]);
      assert.equal(report.isComplete, true);
      const some = await diff(points[0], points[3], '', 1);
      assert.deepEqual(
        [some.added, some.changed, some.removed, some.entries.length, some.isComplete],
        [1, 1, 1, 1, false],
      );
    });

    test('of a path is that of the path', async () => {
      assert.deepEqual(lines(await diff(points[0], points[3], 'public_html/index.php')), [
        'changed public_html/index.php 7 8',
      ]);
      assert.deepEqual(lines(await diff(points[0], points[3], 'mail')), []);
      assert.deepEqual(lines(await diff(points[0], points[3], 'public_html/Menu.pdf')), [
        'removed public_html/Menu.pdf 10 undefined',
      ]);
      await failsWith('not-found', () => diff(points[0], points[3], 'never'));
    });

    test('to a backup of some paths says nothing of others', async () => {
      assert.deepEqual(lines(await diff(points[3], points[4])), []);
      assert.deepEqual(lines(await diff(points[4], points[3])), []);
    });

    test('to the live home looks at statuses', async () => {
      assert.deepEqual(lines(await diff(points[3], 'now')), []);
      write(home, 'public_html/new.php', 'newer and longer');
      write(home, 'fresh/a', 'a');
      rmSync(`${home}/public_html/menu-link`);
      kept.giveAll();
      const report = await diff(points[3], 'now');
      assert.deepEqual(lines(report), [
        'added fresh undefined undefined',
        'added fresh/a undefined 1',
        'removed public_html/menu-link undefined undefined',
        'changed public_html/new.php 3 16',
      ]);
      assert.equal(report.to, undefined);
      rmSync(`${home}/fresh`, { recursive: true });
      symlinkSync('Menu.pdf', `${home}/public_html/menu-link`);
    });
  });
});
