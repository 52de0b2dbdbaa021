import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { parseSnapshotId } from '../../../plugin/domain/ids.ts';
import type { RemovedFormerLine } from '../../../plugin/protocol/keys.ts';
import { needsRoot } from '../../support/backup-site.ts';
import { change, flipBit } from '../../support/damage.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { giveAway } from '../../support/installation.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

suite('removing a former repository', () => {
  const folder = suiteFolder();
  let site: HistorySite;

  before(async () => {
    site = await openHistorySite(folder, 3);
  });
  after(() => site.close());

  /** Two restore points, and new keys. @returns the former folder and the present one. */
  async function renewed(account: string, index: number): Promise<{ former: string; present: string }> {
    const home = site.homes[index] ?? '';
    for (const label of ['one', 'two']) {
      writeFileSync(join(home, 'page.html'), label.repeat(5000));
      giveAway(home, 20_001 + index);
      await site.perform({ kind: 'backup', account, paths: [], label });
    }
    const { from, to } = await site.perform({ kind: 'keys-renew', account, dryRun: false, acceptLoss: false });
    return { former: `${folder}/backup/${from}`, present: `${folder}/backup/${to}` };
  }

  async function remove(account: string, acceptLoss: boolean): Promise<RemovedFormerLine | undefined> {
    const { places } = await site.perform({ kind: 'keys-remove-former', account, dryRun: false, acceptLoss });
    return places[0];
  }

  const told = (line: RemovedFormerLine | undefined) => [line?.outcome, line?.onlyThere, line?.failure?.code];

  test('is refused, whatever is accepted, when the present one holds nothing', async () => {
    const { former, present } = await renewed('u1', 0);
    renameSync(`${present}/snapshots`, `${present}/away`);
    for (const acceptLoss of [false, true])
      assert.deepEqual(told(await remove('u1', acceptLoss)), ['kept', 0, 'successor-empty']);
    assert.equal(globSync(`${former}/snapshots/*`).length, 2);
    renameSync(`${present}/away`, `${present}/snapshots`);
    assert.deepEqual(told(await remove('u1', false)), ['removed', 0, undefined]);
    assert.ok(!existsSync(`${former}/config`));
  });

  test('asks for what was forgotten since, and reads the present one also where that is accepted', async () => {
    const { former, present } = await renewed('u2', 1);
    const [first] = (await site.perform({ kind: 'list', account: 'u2' })).points;
    const points = [parseSnapshotId(first?.id ?? '')];
    await site.perform({ kind: 'forget', account: 'u2', points, dryRun: false });
    assert.deepEqual(told(await remove('u2', false)), ['kept', 1, undefined]);
    const pack = globSync(`${present}/data/*/*`)[0] ?? '';
    const whole = readFileSync(pack);
    change(pack, flipBit(30));
    assert.deepEqual(told(await remove('u2', true)), ['kept', 0, 'repository-damaged']);
    assert.equal(globSync(`${former}/snapshots/*`).length, 2);
    writeFileSync(pack, whole);
    assert.deepEqual(told(await remove('u2', true)), ['removed', 1, undefined]);
  });

  test(
    'waits until the server has a restore point of its own that holds the new keys',
    { skip: needsRoot },
    async () => {
      await site.perform({ kind: 'system-backup' });
      const { former } = await renewed('u3', 2);
      assert.deepEqual(told(await remove('u3', true)), ['kept', 0, 'server-point-old']);
      assert.equal(globSync(`${former}/snapshots/*`).length, 2);
      await site.perform({ kind: 'system-backup' });
      assert.deepEqual(told(await remove('u3', false)), ['removed', 0, undefined]);
    },
  );
});
