import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { Failure } from '../../../../plugin/domain/failure.ts';
import { clockAhead, makeSite, type BackupSite } from '../../../support/backup-site.ts';
import { watchStore } from '../../../support/watch-store.ts';

const look = {
  contents: 8,
  sites: [{ marker: 'wp-load.php', required: ['wp-config.php'] }],
  random: Math.random,
};

function fill(site: BackupSite): void {
  mkdirSync(join(site.home, 'shop'));
  writeFileSync(join(site.home, 'shop/wp-load.php'), '<?php // loads');
  writeFileSync(join(site.home, 'shop/page.html'), 'a page');
}

suite('a restore point that was just made is looked at', () => {
  test('contents are read back from where the index files say; required files that lack are named', async (t) => {
    const site = await makeSite(t);
    fill(site);
    const first = await site.backUp({ look });
    assert.deepEqual(first.look, { damage: undefined, missing: ['shop/wp-config.php'] });
    writeFileSync(join(site.home, 'shop/wp-config.php'), '<?php');
    const second = await site.backUp({ look });
    assert.deepEqual(second.look, { damage: undefined, missing: [] });
    assert.equal(second.sameAs, undefined);
  });

  test('what the store lost meanwhile is damage, not a failure', async (t) => {
    const site = await makeSite(t);
    fill(site);
    const { store } = watchStore(openLocalStore(site.location));
    const readRange: typeof store.readRange = (key) => Promise.reject(new Failure('not-found', { path: key }));
    const { look: found } = await site.backUp({ look, store: { ...store, readRange } });
    assert.equal(found?.damage?.kinds.length, 1);
  });

  test('where nothing was stored nothing is read, and the one before is named', async (t) => {
    const site = await makeSite(t);
    fill(site);
    await site.backUp({ look });
    const second = await site.backUp({ look, clock: clockAhead(60) });
    const third = await site.backUp({ look, clock: clockAhead(120) });
    assert.deepEqual([third.look, third.sameAs, third.bytesAdded], [undefined, second.snapshotId, 0]);
  });
});
