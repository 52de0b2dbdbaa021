import assert from 'node:assert/strict';
import { globSync, rmSync, truncateSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { backUpPage, withSecond } from '../../support/keys-again.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

suite('a copy that lost packs below its restore points', { concurrency: false }, () => {
  const folder = suiteFolder();
  let site: HistorySite;

  before(async () => {
    site = await openHistorySite(folder, 2);
  });
  after(() => site.close());

  async function copy(account: string, repair = false) {
    const request = { kind: 'copy', account, destination: 'second', repair, back: false } as const;
    const { copies } = await site.perform(request, withSecond(site));
    return copies.map(({ outcome, failure, pointsSent }) => [outcome, failure?.code, pointsSent]);
  }

  async function damaged(account: string): Promise<number> {
    const request = { kind: 'verify', account, full: true, due: false, repair: false, from: 'second' } as const;
    const { repositories } = await site.perform(request, withSecond(site));
    return repositories.reduce((sum, { damagedPoints }) => sum + damagedPoints, 0);
  }

  for (const [title, index, spoil] of [
    ['are gone', 0, (pack: string) => rmSync(pack)],
    ['were cut', 1, (pack: string) => truncateSync(pack, 10)],
  ] as const) {
    test(`that ${title} is sent nothing that needs them, is an alarm, and is mended when somebody says so`, async () => {
      const account = `u${index + 1}`;
      const page = 'page '.repeat(10_000);
      await backUpPage(site, index, page);
      assert.deepEqual(await copy(account), [['done', undefined, 1]]);
      for (const pack of globSync(`${folder}/second/${account}-*/data/*/*`)) spoil(pack);
      await site.perform({ kind: 'backup', account, paths: [], label: 'the same' });
      assert.deepEqual(await copy(account), [['done', undefined, 1]], 'nothing new: nobody looks at packs');
      await backUpPage(site, index, `${page} and more`);
      assert.deepEqual(await copy(account), [['failed', 'copy-damaged', 0]]);
      assert.deepEqual(await copy(account), [['failed', 'copy-damaged', 0]], 'until somebody looked into it');
      assert.ok((await damaged(account)) > 0);
      assert.deepEqual(await copy(account, true), [['done', undefined, 1]]);
      assert.equal(await damaged(account), 0);
    });
  }
});
