/** What lies at a destination after a renewal that was killed, and what is found of it again. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { layRepository, openRepository } from '../../../plugin/actions/account-repository.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import type { RepositoryRecord } from '../../../plugin/contracts/records.ts';
import { unfinishedKey } from '../../../plugin/engine/format.ts';
import { isRetired, lockRepository } from '../../../plugin/engine/repository-lock.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { backUpPage, inUse, recordOf, renewOf, takeBack } from '../../support/keys-again.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

suite('what a renewal that was killed left, found again', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  const at = (name: string): string => join(folder, 'backup', name);

  before(async () => {
    site = await openHistorySite(folder, 5);
    for (const index of [0, 1, 2, 3, 4]) await backUpPage(site, index, 'one');
  });
  after(() => site.close());

  async function recovered(account: string, changes: Partial<Services> = {}) {
    const { repositories } = await site.perform({ kind: 'recover', destination: 'local' }, changes);
    const lines = repositories.filter((line) => line.account === account);
    return lines.map((line) => [line.folder, line.outcome, line.failure?.code]);
  }

  function loseLocks(name: string): void {
    rmSync(join(at(name), 'locks'), { recursive: true });
    mkdirSync(join(at(name), 'locks'));
  }

  /** As when the records were lost. */
  function withoutRecords(): Pick<Services, 'records'> {
    const { records } = site.services;
    const added: RepositoryRecord[] = [];
    return {
      records: {
        ...records,
        findRepository: async (generation) => added.find((record) => record.generation === generation),
        adoptGeneration: async () => true,
        addRepository: async (record) => void added.push(record),
        addFormerRepository: async () => {},
      },
    };
  }

  test('takes the place again although nobody here can open the former one any more', async () => {
    const before = await recordOf(site, 'u1');
    const { from, to } = await site.perform(renewOf('u1'));
    await takeBack(site, 'u1', before);
    rmSync(join(folder, 'state', 'keys', 'repositories', `${before.repositoryId}.json`));
    assert.deepEqual(await recovered('u1'), [
      [to, 'attached', undefined],
      [from, 'no-key', undefined],
    ]);
    assert.equal((await site.perform(renewOf('u1'))).outcome, 'renewed');
  });

  test('is ended where it only was not, and what is locked keeps no other from its turn', async () => {
    const { services } = site;
    const { records } = services;
    const killed: typeof records = {
      ...records,
      async exchangeRepository(exchange) {
        await records.exchangeRepository(exchange);
        throw new Error('killed');
      },
    };
    const source = await openRepository(services, await inUse(site, 'u2'));
    await assert.rejects(() => site.perform(renewOf('u2'), { records: killed }), /killed/);
    const { folder: to } = await recordOf(site, 'u2');
    assert.ok(!existsSync(join(at(to), unfinishedKey)), 'it is used');
    const lock = await lockRepository(source, true, services.locker);
    assert.deepEqual((await recovered('u2'))[0], [to, 'failed', 'repository-locked']);
    assert.deepEqual((await recovered('u3')).length, 1);
    await lock.release();
    assert.deepEqual((await recovered('u2'))[0], [to, 'known', undefined]);
    assert.ok(await isRetired(source));
    const { generation } = await recordOf(site, 'u2');
    const former = (await records.listFormerRepositories()).filter((one) => one.generation === generation);
    assert.deepEqual(
      former.map(({ isClosed }) => isClosed),
      [true],
    );
  });

  test('does not take the place of one that was used on', async () => {
    const { records } = site.services;
    const lost: typeof records = { ...records, exchangeRepository: () => Promise.reject(new Error('the power went')) };
    const { from, to } = await site.perform({ ...renewOf('u3'), dryRun: true });
    await assert.rejects(() => site.perform(renewOf('u3'), { records: lost }), /the power went/);
    rmSync(join(at(to), unfinishedKey)); // it was written again; who is killed does not come so far
    assert.deepEqual(await recovered('u3', withoutRecords()), [
      [to, 'attached', undefined],
      [from, 'former', undefined],
    ]);
    loseLocks(from); // the same once more, with one that was used on
    await backUpPage(site, 2, 'two');
    assert.deepEqual(await recovered('u3', withoutRecords()), [
      [to, 'not-used', undefined],
      [from, 'attached', undefined],
    ]);
  });

  test('a former one that lost its lock and was forgotten is locked again, and the next renewal renews', async () => {
    const { records } = site.services;
    const source = await openRepository(site.services, await inUse(site, 'u5'));
    const { from, to } = await site.perform(renewOf('u5'));
    const { generation } = await recordOf(site, 'u5');
    const formers = async () => {
      const all = await records.listFormerRepositories();
      return all.filter((one) => one.generation === generation);
    };
    for (const former of await formers()) await records.dropFormerRepository(former);
    loseLocks(from);
    const lock = await lockRepository(source, true, site.services.locker);
    const found = (outcome: string, code?: string) => [
      [to, 'known', undefined],
      [from, outcome, code],
    ];
    assert.deepEqual(await recovered('u5'), found('failed', 'repository-locked'));
    await lock.release();
    assert.deepEqual(await recovered('u5'), found('former'));
    assert.ok(await isRetired(source));
    assert.deepEqual(
      (await formers()).map(({ folder: name, isClosed }) => [name, isClosed]),
      [[from, true]],
    );
    const next = await site.perform(renewOf('u5'));
    assert.deepEqual([next.outcome, next.from], ['renewed', to]);
    assert.notEqual(next.to, to);
  });

  test('is never another one in the very folder that is used', async () => {
    const { services } = site;
    const used = await inUse(site, 'u4');
    const { account, place } = used;
    const { replacedAt, ...record } = { ...(await recordOf(site, 'u4')), replacedAt: new Date(0) };
    renameSync(at(place.folder), at('aside'));
    const { repository } = await layRepository(services, account, await services.openStore(place));
    assert.deepEqual(await recovered('u4'), [[place.folder, 'not-used', undefined]]);
    assert.deepEqual(await recordOf(site, 'u4'), record);
    rmSync(at(place.folder), { recursive: true });
    renameSync(at('aside'), at(place.folder));
    const former = { ...record, repositoryId: repository.id, replacedAt, job: undefined, isClosed: true };
    await services.records.addFormerRepository(former);
    const remove = { kind: 'keys-remove-former', account: 'u4', dryRun: false, acceptLoss: true } as const;
    const { places } = await site.perform(remove);
    assert.deepEqual(
      places.map(({ outcome, failure }) => [outcome, failure?.code]),
      [['kept', 'destination-refused']],
    );
    assert.equal((await site.perform({ kind: 'list', account: 'u4' })).points.length, 1);
  });
});
