import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { Records } from '../../plugin/contracts/records.ts';
import { parseRepositoryId, parseSnapshotId } from '../../plugin/domain/ids.ts';
import { anAccount } from '../support/an-account.ts';
import { failsWith } from '../support/failures.ts';
import { aRepository, aRun, noon, serverA, serverB, type RecordsPlace } from './records.ts';

/** What every implementation of `plugin/contracts/records.ts` promises of repositories in whose place others are used. */
export function testFormerRepositories(title: string, makePlace: (context: TestContext) => RecordsPlace): void {
  const open = async (context: TestContext, server = serverA, place = makePlace(context)): Promise<Records> => {
    const records = await place.open(server);
    context.after(() => records.close());
    return records;
  };

  suite(`${title}: former repositories`, () => {
    test('another repository takes the place of one, and the former one is remembered until it is dropped', async (t) => {
      const place = makePlace(t);
      const records = await open(t, serverA, place);
      const [maria] = await records.recordAccounts([anAccount('maria', 20001)], noon);
      assert.ok(maria !== undefined);
      const former = { ...aRepository('1'), generation: maria.generation };
      const record = { ...former, repositoryId: parseRepositoryId('9'.repeat(64)), folder: `${former.folder}-2` };
      await records.addRepository(former);
      const newId = parseSnapshotId('e'.repeat(64));
      await records.addRun({ ...aRun(maria.generation, 1), snapshotId: parseSnapshotId('a'.repeat(64)) });
      const points = new Map([[parseSnapshotId('a'.repeat(64)), newId]]);
      const exchange = { former, record, points, at: noon, job: 'j1', isClosed: false };
      await records.exchangeRepository(exchange);
      assert.deepEqual(await records.findRepository(maria.generation, former.destination), record);
      assert.equal((await records.lastRuns()).get(maria.generation)?.snapshotId, newId);
      const [left] = await records.listFormerRepositories();
      assert.deepEqual(left, { ...former, replacedAt: noon, job: 'j1', isClosed: false });
      assert.ok(left !== undefined);
      await records.closeFormerRepository(left);
      assert.deepEqual(await records.listFormerRepositories(), [{ ...left, isClosed: true }]);
      assert.deepEqual(await (await open(t, serverB, place)).listFormerRepositories(), [], 'another server has none');
      await records.dropFormerRepository(left);
      assert.deepEqual(await records.listFormerRepositories(), []);
    });

    test('one that was found without being known is remembered once, and what is known of it stays', async (t) => {
      const records = await open(t);
      const [maria] = await records.recordAccounts([anAccount('maria', 20001)], noon);
      assert.ok(maria !== undefined);
      const found = { ...aRepository('1'), generation: maria.generation, replacedAt: noon, job: 'j1', isClosed: true };
      await records.addFormerRepository(found);
      await records.addFormerRepository({ ...found, replacedAt: new Date(0), job: undefined, isClosed: false });
      assert.deepEqual(await records.listFormerRepositories(), [found]);
    });

    test('a repository that is used again is no former one, and can be replaced again', async (t) => {
      const records = await open(t);
      const [maria] = await records.recordAccounts([anAccount('maria', 20001)], noon);
      assert.ok(maria !== undefined);
      const one = { ...aRepository('1'), generation: maria.generation };
      const other = { ...one, repositoryId: parseRepositoryId('9'.repeat(64)), folder: `${one.folder}-2` };
      await records.addRepository(one);
      const common = { points: new Map(), at: noon, job: undefined, isClosed: true };
      await records.exchangeRepository({ ...common, former: one, record: other });
      await records.exchangeRepository({ ...common, former: other, record: one });
      const left = (await records.listFormerRepositories()).map(({ repositoryId }) => repositoryId);
      assert.deepEqual(left, [other.repositoryId]);
      await records.exchangeRepository({ ...common, former: one, record: other });
      assert.deepEqual(await records.findRepository(maria.generation, one.destination), other);
    });

    test('nothing takes the place of what is not used any more, and then nothing changes', async (t) => {
      const records = await open(t);
      const [maria] = await records.recordAccounts([anAccount('maria', 20001)], noon);
      assert.ok(maria !== undefined);
      const used = { ...aRepository('1'), generation: maria.generation };
      await records.addRepository(used);
      const run = { ...aRun(maria.generation, 1), snapshotId: parseSnapshotId('a'.repeat(64)) };
      await records.addRun(run);
      const former = { ...used, repositoryId: parseRepositoryId('7'.repeat(64)) };
      const points = new Map([[parseSnapshotId('a'.repeat(64)), parseSnapshotId('e'.repeat(64))]]);
      const record = { ...used, repositoryId: parseRepositoryId('9'.repeat(64)) };
      const exchange = { former, record, points, at: noon, job: undefined, isClosed: true };
      await failsWith('busy', () => records.exchangeRepository(exchange));
      assert.deepEqual(await records.findRepository(maria.generation, used.destination), used);
      assert.deepEqual(await records.listFormerRepositories(), []);
      assert.deepEqual((await records.lastRuns()).get(maria.generation), run);
    });
  });
}
