import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { knownAccounts } from '../../../plugin/actions/find-account.ts';
import { initialise } from '../../../plugin/actions/initialise.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import { repositoryFolder } from '../../../plugin/domain/plan-renewal.ts';
import { createKeys } from '../../../plugin/platform/create-keys.ts';
import { createStateFolder } from '../../../plugin/platform/state-folder.ts';
import type { Progress } from '../../../plugin/protocol/requests.ts';
import { failsWith } from '../../support/failures.ts';
import { makeInstallation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const made = { recipients: ['age1example'], identityFiles: [] };

/** With keys and accounts, and no repository yet. */
async function openSite(t: TestContext, accounts: number) {
  const folder = temporaryFolder(t);
  const installation = makeInstallation(folder, accounts);
  createStateFolder(join(folder, 'state'));
  await createKeys(join(folder, 'state'));
  const performing = await openInstallation(t, installation);
  return { performing, services: performing.services, backups: join(folder, 'backup') };
}

/** `begun` is called with how many are being made whenever one more is. */
function watched(services: Services, begun: (now: number) => void): Services {
  let now = 0;
  const openStore: Services['openStore'] = (place) => {
    begun(++now);
    return services.openStore(place);
  };
  const addRepository: Services['records']['addRepository'] = async (record) => {
    await services.records.addRepository(record);
    now--;
  };
  return { ...services, openStore, records: { ...services.records, addRepository } };
}

test('what some accounts fail with keeps no other from its repository, and all are told in their order', async (t) => {
  const { performing, services, backups } = await openSite(t, 7);
  const folders = (await knownAccounts(services)).map((account) => repositoryFolder(account));
  for (const index of [4, 1]) {
    mkdirSync(join(backups, folders[index] ?? '', 'snapshots'), { recursive: true });
    writeFileSync(join(backups, folders[index] ?? '', 'snapshots', 'a'.repeat(64)), 'unknown');
  }
  const told: number[] = [];
  const onProgress = (progress: Progress): void => void told.push(progress.kind === 'advance' ? progress.items : 0);
  const answer = await initialise({ ...performing, onProgress }, made);
  assert.deepEqual(
    answer.failures.map(({ account, code }) => [account, code]),
    [
      ['u2', 'repository-unsupported'],
      ['u5', 'repository-unsupported'],
    ],
  );
  assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal((await services.records.listRepositories()).length, 5);
  for (const index of [4, 1]) rmSync(join(backups, folders[index] ?? ''), { recursive: true });
  assert.deepEqual((await initialise(performing, made)).failures, []);
  assert.equal((await services.records.listRepositories()).length, 7);
});

test('several are made at a time, and never more than four', async (t) => {
  const { performing, services } = await openSite(t, 9);
  const counts: number[] = [];
  await initialise({ ...performing, services: watched(services, (now) => counts.push(now)) }, made);
  assert.equal(counts.length, 9);
  assert.equal(Math.max(...counts), 4);
});

test('who stops it finds whole repositories only, and done again it makes the rest', async (t) => {
  const { performing, services, backups } = await openSite(t, 9);
  const stop = new AbortController();
  const { signal } = stop;
  let begun = 0;
  const stopping = watched(services, () => ++begun === 5 && stop.abort());
  await failsWith('cancelled', () => initialise({ ...performing, services: stopping, signal }, made));
  const records = await services.records.listRepositories();
  assert.equal(records.length, begun);
  assert.ok(begun >= 5 && begun < 9, `${begun} were begun`);
  assert.deepEqual(readdirSync(backups).toSorted(), records.map(({ folder }) => folder).toSorted());
  assert.deepEqual((await initialise(performing, made)).failures, []);
  assert.equal((await services.records.listRepositories()).length, 9);
});
