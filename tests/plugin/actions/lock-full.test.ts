import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { archiveAccount } from '../../../plugin/actions/archive-account.ts';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import type { ArchiveStore } from '../../../plugin/contracts/archive-store.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { giveAway, makeInstallation } from '../../support/installation.ts';
import { lockingArchives } from '../../support/locking-archives.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const hour = 3_600_000;

test('a full archive is locked as long as each that differs from it, also when the key may not lock it is no failure', async (t) => {
  const site = makeInstallation(temporaryFolder(t), 1);
  const [home = ''] = site.homes;
  appendFileSync(
    `${site.folder}/larder.toml`,
    `[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "${site.folder}/archives"\n`,
  );
  writeFileSync(`${home}/photo.jpg`, randomBytes(300_000));
  giveAway(home, 20_001);
  site.succeed('init', '--no-input', '--yes');
  const performing = await openInstallation(t, site);
  const { archives, clock } = performing.services;
  const locks = new Map<string, Date>();
  let passed = 0;
  const now = (): Date => new Date(clock.now().getTime() + passed * hour);
  let changes: Partial<ArchiveStore> = {};
  const services = {
    ...performing.services,
    archives: {
      ...archives,
      openStore: async () => ({ ...lockingArchives(await archives.openStore(), now, locks), ...changes }),
    },
    clock: { now, elapsedMilliseconds: () => clock.elapsedMilliseconds() },
  };
  const account = await findAccount(services, 'u1');
  const archive = () => archiveAccount({ ...performing, services }, account, { isFullAsked: false, isByHand: false });
  const lockOf = (pattern: RegExp): number =>
    Math.min(...[...locks].filter(([key]) => pattern.test(key)).map(([, until]) => until.getTime()));

  await archive();
  const first = lockOf(/-full/);
  passed = 12;
  assert.equal((await archive()).kind, 'differential');
  assert.ok(lockOf(/-full/) > first);
  assert.ok(lockOf(/-full/) >= lockOf(/-diff-.*\.zip/));
  passed = 20;
  const refused = new Failure('destination-refused', { destination: 'berlin', problem: 'AccessDenied' });
  changes = { lock: () => Promise.reject(refused) };
  assert.equal((await archive()).kind, 'differential');
});
