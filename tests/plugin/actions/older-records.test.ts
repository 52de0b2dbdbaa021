/** Records that are older than an exchange of repositories name one that is not used any more, or not there. */
import assert from 'node:assert/strict';
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { formerPlaces } from '../../../plugin/actions/former-places.ts';
import { unfinishedKey } from '../../../plugin/engine/format.ts';
import { backUpPage, inUse, recordOf, renewOf, takeBack } from '../../support/keys-again.ts';
import { failsWith } from '../../support/failures.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

suite('records that are older than new keys', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  const labels = async (account: string) =>
    (await site.perform({ kind: 'list', account })).points.map(({ label }) => label);
  const recover = () => site.perform({ kind: 'recover', destination: 'local' });

  before(async () => {
    site = await openHistorySite(folder, 3);
    for (const index of [0, 1, 2]) await backUpPage(site, index, 'one');
  });
  after(() => site.close());

  test('and than the removal of the former repository: renewing finds what took its place', async () => {
    const before = await recordOf(site, 'u1');
    const { to } = await site.perform(renewOf('u1'));
    const used = await recordOf(site, 'u1');
    await site.perform({ kind: 'keys-remove-former', account: 'u1', dryRun: false, acceptLoss: false });
    await takeBack(site, 'u1', before);
    await failsWith('repository-missing', () => site.perform({ kind: 'list', account: 'u1' }));
    const plan = await site.perform({ ...renewOf('u1'), dryRun: true });
    assert.deepEqual([plan.outcome, plan.to, plan.points, plan.bytes], ['planned', to, 1, 0]);
    const again = await site.perform(renewOf('u1'));
    assert.deepEqual([again.outcome, again.to], ['renewed', to]);
    assert.deepEqual(await recordOf(site, 'u1'), { ...used, createdAt: (await recordOf(site, 'u1')).createdAt });
    await backUpPage(site, 0, 'two');
    assert.deepEqual(await labels('u1'), ['one', 'two']);
  });

  test('recovering finds it as well, and names the former one that is left', async () => {
    const before = await recordOf(site, 'u2');
    const { from, to } = await site.perform(renewOf('u2'));
    await backUpPage(site, 1, 'two');
    await takeBack(site, 'u2', before);
    const lines = (await recover()).repositories.filter(({ account }) => account === 'u2');
    assert.deepEqual(
      lines.map((line) => [line.folder, line.outcome]),
      [
        [to, 'attached'],
        [from, 'former'],
      ],
    );
    assert.equal((await inUse(site, 'u2')).place.folder, to);
    assert.deepEqual(await labels('u2'), ['one', 'two']);
    const { generation } = await recordOf(site, 'u2');
    const former = (await formerPlaces(site.services)).filter(({ place }) => place.generation === generation);
    assert.deepEqual(
      former.map(({ place }) => place.folder),
      [from],
    );
    const again = (await recover()).repositories.filter(({ account }) => account === 'u2');
    assert.deepEqual(
      again.map(({ outcome }) => outcome),
      ['known', 'former'],
    );
    const removed = await site.perform({ kind: 'keys-remove-former', account: 'u2', dryRun: false, acceptLoss: false });
    assert.deepEqual(
      removed.places.map(({ outcome }) => outcome),
      ['removed'],
    );
  });

  test('what was backed up since into the new one is not forgotten by another try, whatever became of the lock', async () => {
    const before = await recordOf(site, 'u3');
    const { from, to } = await site.perform(renewOf('u3'));
    await backUpPage(site, 2, 'two');
    await takeBack(site, 'u3', before);
    for (const lock of globSync(`${folder}/backup/${from}/locks/*`)) rmSync(lock);
    const again = await site.perform(renewOf('u3'));
    assert.deepEqual([again.outcome, again.to], ['renewed', to]);
    assert.deepEqual(await labels('u3'), ['one', 'two']);
  });

  test('one that is only being made is named, and the one that is used stays', async () => {
    const lost = { ...site.services.records, exchangeRepository: () => Promise.reject(new Error('the power went')) };
    const used = await inUse(site, 'u3');
    const { to } = await site.perform({ ...renewOf('u3'), dryRun: true });
    await assert.rejects(() => site.perform(renewOf('u3'), { records: lost }), /the power went/);
    rmSync(join(folder, 'backup', to, unfinishedKey)); // who is killed there does not come to write it again
    const lines = (await recover()).repositories.filter(({ account }) => account === 'u3');
    assert.deepEqual(
      lines.map(({ outcome }) => outcome),
      ['not-used', 'known', 'former'],
    );
    assert.equal((await inUse(site, 'u3')).repositoryId, used.repositoryId);
    assert.equal((await site.perform(renewOf('u3'))).to, lines[0]?.folder, 'and renewing goes on with it');
  });
});
