import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { archiveAccount } from '../../../plugin/actions/archive-account.ts';
import { setPassphrase } from '../../../plugin/actions/change-passphrase.ts';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import type { ArchiveStore } from '../../../plugin/contracts/archive-store.ts';
import { giveAway, makeInstallation } from '../../support/installation.ts';
import { lockingArchives } from '../../support/locking-archives.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const day = 86_400_000;

test('the wrapped key is locked at least as long as each archive that needs it', async (t) => {
  const site = makeInstallation(temporaryFolder(t), 1);
  const [home = ''] = site.homes;
  appendFileSync(
    `${site.folder}/larder.toml`,
    `[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "${site.folder}/archives"\n`,
  );
  writeFileSync(`${home}/page.html`, 'page');
  giveAway(home, 20_001);
  site.succeed('init', '--no-input', '--yes');
  const performing = await openInstallation(t, site);
  const { archives, clock } = performing.services;
  const locks = new Map<string, Date>();
  let passed = 0;
  const now = (): Date => new Date(clock.now().getTime() + passed * day);
  const openStore = async (): Promise<ArchiveStore> => lockingArchives(await archives.openStore(), now, locks);
  const services = {
    ...performing.services,
    archives: { ...archives, openStore },
    clock: { now, elapsedMilliseconds: () => clock.elapsedMilliseconds() },
  };
  const until = (pattern: RegExp): number[] =>
    [...locks].filter(([key]) => pattern.test(key)).map(([, time]) => time.getTime());

  await setPassphrase(services, { account: 'u1', passphrase: 'kettle orbit mango stairs', hostCanRecover: false });
  const [first = Number.NaN] = until(/own-key/);
  const account = await findAccount(services, 'u1');
  for (passed of [5, 6]) {
    await archiveAccount({ ...performing, services }, account, { isFullAsked: true, isByHand: false });
    const [key = Number.NaN, ...others] = until(/own-key/);
    assert.deepEqual(others, [], 'it is one key');
    assert.ok(first < Math.max(...until(/\.zip\.age$/)), 'as it was stored at first it would be free too early');
    assert.ok(key >= Math.max(...until(/\.zip\.age$/)));
  }
  assert.equal(until(/\.zip\.age$/).length, 2);
});
