import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { BrowseReport } from '../../../plugin/protocol/history.ts';
import { ReadShelf } from '../../../plugin/engine/read-shelf.ts';
import { Workspace } from '../../../plugin/engine/workspace.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { giveAway } from '../../support/installation.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const files = 1200;
const nameOf = (index: number): string => `file${String(index).padStart(4, '0')}`;

suite('a long folder that somebody leafs through', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  let elapsed = 0;
  let look: (offset: number, only?: 'all' | 'gone') => Promise<BrowseReport>;
  const at = (index: number): string => `${site.homes[0]}/long/${nameOf(index)}`;

  before(async () => {
    site = await openHistorySite(folder, 1);
    mkdirSync(`${site.homes[0]}/long`);
    for (let index = 0; index < files; index++) writeFileSync(at(index), nameOf(index));
    giveAway(site.homes[0] ?? '', 20_001);
    await site.perform({ kind: 'backup', account: 'u1', paths: [], label: undefined });
    const { workspace, clock } = site.services;
    const shelf = new ReadShelf({ indexBytes: 1e6, snapshots: 10, treeBytes: 4e6 });
    const changes = {
      workspace: new Workspace(workspace.codec, shelf),
      clock: { now: () => clock.now(), elapsedMilliseconds: () => elapsed },
    };
    look = (offset, only = 'all') =>
      site.perform(
        {
          kind: 'browse',
          account: 'u1',
          point: 'latest',
          path: pathBytes('long'),
          marks: true,
          window: { offset, limit: 100, only },
        },
        changes,
      );
  });
  after(() => site.close());

  const marksOf = ({ entries }: BrowseReport): string[] => [...new Set(entries.map(({ mark }) => mark ?? '–'))];

  test('is shown part by part, each as it is at this moment; counts may be some seconds old', async () => {
    const first = await look(0);
    assert.deepEqual([first.seen?.total, first.seen?.gone, marksOf(first)], [files, 0, ['same']]);
    rmSync(at(150));
    writeFileSync(at(151), 'longer than before');
    elapsed += 9_000;
    const second = await look(100);
    assert.deepEqual(
      second.entries.slice(49, 53).map(({ mark }) => mark),
      ['same', 'gone', 'changed', 'same'],
    );
    assert.deepEqual([second.seen?.gone, second.seen?.changed], [0, 0]);
    assert.equal((await look(0, 'gone')).entries.length, 0);
    elapsed += 2_000;
    const third = await look(0, 'gone');
    assert.deepEqual(
      third.entries.map(({ name }) => Buffer.from(name, 'base64').toString()),
      [nameOf(150)],
    );
    assert.deepEqual([third.seen?.gone, third.seen?.changed], [1, 1]);
  });
});
