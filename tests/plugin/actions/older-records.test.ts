/** Records that are older than an exchange of repositories name one that is not used any more, or not there. */
import assert from 'node:assert/strict';
import { globSync, renameSync, rmSync } from 'node:fs';
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

suite('records that are two renewals older', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  const keysFile = (repositoryId: string) => join(folder, 'state', 'keys', 'repositories', `${repositoryId}.json`);
  const removeFormer = (account: string) =>
    site.perform({ kind: 'keys-remove-former', account, dryRun: false, acceptLoss: false });

  before(async () => {
    site = await openHistorySite(folder, 4);
    for (const index of [0, 1, 2, 3]) await backUpPage(site, index, 'one');
  });
  after(() => site.close());

  async function renewTwice(account: string) {
    const before = await recordOf(site, account);
    const { to: second } = await site.perform(renewOf(account));
    const { to: third } = await site.perform(renewOf(account));
    return { before, second, third, used: await recordOf(site, account) };
  }

  test('find the newest, and what was used in between is a former one', async () => {
    const { before, second, third } = await renewTwice('u1');
    await takeBack(site, 'u1', before);
    const plan = await site.perform({ ...renewOf('u1'), dryRun: true });
    assert.deepEqual([plan.outcome, plan.to], ['planned', third]);
    const again = await site.perform(renewOf('u1'));
    assert.deepEqual([again.outcome, again.from, again.to], ['renewed', before.folder, third]);
    assert.deepEqual(again.former.map((one) => one.folder).toSorted(), [before.folder, second].toSorted());
    await backUpPage(site, 0, 'two');
    const { places } = await removeFormer('u1');
    assert.deepEqual(
      places.map(({ outcome }) => outcome),
      ['removed', 'removed'],
    );
    assert.deepEqual(globSync(`${folder}/backup/u1-*/config`), [join(folder, 'backup', third, 'config')]);
  });

  test('find it where both before it were removed', async () => {
    const { before, third, used } = await renewTwice('u2');
    await removeFormer('u2');
    await takeBack(site, 'u2', before);
    const again = await site.perform(renewOf('u2'));
    assert.deepEqual([again.outcome, again.to], ['renewed', third]);
    assert.equal((await recordOf(site, 'u2')).repositoryId, used.repositoryId);
    const next = await site.perform(renewOf('u2'));
    assert.equal(next.to, `${before.folder}-4`);
  });

  test('name the one whose keys are not here instead of taking the one before it', async () => {
    const { before, third, used } = await renewTwice('u3');
    await takeBack(site, 'u3', before);
    renameSync(keysFile(used.repositoryId), join(folder, 'aside'));
    await assert.rejects(() => site.perform(renewOf('u3')), { code: 'key-unusable', message: new RegExp(third) });
    assert.equal((await recordOf(site, 'u3')).repositoryId, before.repositoryId);
    renameSync(join(folder, 'aside'), keysFile(used.repositoryId));
    assert.equal((await site.perform(renewOf('u3'))).to, third);
  });

  test('do not take one that was only about to be used', async () => {
    const before = await recordOf(site, 'u4');
    const { to: second } = await site.perform(renewOf('u4'));
    const lost = { ...site.services.records, exchangeRepository: () => Promise.reject(new Error('the power went')) };
    await assert.rejects(() => site.perform(renewOf('u4'), { records: lost }), /the power went/);
    rmSync(join(folder, 'backup', `${before.folder}-3`, unfinishedKey));
    await backUpPage(site, 3, 'two');
    await takeBack(site, 'u4', before);
    assert.equal((await site.perform({ ...renewOf('u4'), dryRun: true })).to, second);
    const lines = (await site.perform({ kind: 'recover', destination: 'local' })).repositories;
    assert.deepEqual(
      lines.filter(({ account }) => account === 'u4').map((line) => [line.folder, line.outcome]),
      [
        [`${before.folder}-3`, 'not-used'],
        [second, 'attached'],
        [before.folder, 'former'],
      ],
    );
    const { points } = await site.perform({ kind: 'list', account: 'u4' });
    assert.deepEqual(
      points.map(({ label }) => label),
      ['one', 'two'],
    );
  });

  test('a former one that is open behind a newer one is locked with the next renewal', async () => {
    const { records } = site.services;
    const { generation } = await recordOf(site, 'u2');
    const own = async () => (await records.listFormerRepositories()).filter((one) => one.generation === generation);
    await site.perform(renewOf('u2'));
    const hidden = (await own()).at(-2);
    assert.ok(hidden !== undefined);
    await records.dropFormerRepository(hidden);
    await records.addFormerRepository({ ...hidden, isClosed: false });
    for (const lock of globSync(`${folder}/backup/${hidden.folder}/locks/*`)) rmSync(lock);
    const { outcome, from, to } = await site.perform(renewOf('u2'));
    assert.deepEqual([outcome, from === to], ['renewed', false]);
    assert.equal(globSync(`${folder}/backup/${hidden.folder}/locks/*`).length, 1);
    assert.ok((await own()).every(({ isClosed }) => isClosed));
    const { places } = await removeFormer('u2');
    assert.equal(places.find(({ folder: name }) => name === hidden.folder)?.outcome, 'removed');
  });
});
