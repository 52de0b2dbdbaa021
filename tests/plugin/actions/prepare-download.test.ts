import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import { preparedDays, listPrepared, prepareDownload, sendPrepared } from '../../../plugin/actions/prepare-download.ts';
import { enqueue } from '../../../plugin/actions/jobs.ts';
import type { Performing } from '../../../plugin/actions/services.ts';
import { failsWith } from '../../support/failures.ts';
import { giveAway, makeInstallation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';
import { gather, testZip } from '../../support/zip-files.ts';

suite('a prepared download', () => {
  const installation = makeInstallation(suiteFolder(), 2);
  for (const [index, home] of installation.homes.entries()) {
    writeFileSync(path.join(home, 'photo.jpg'), randomBytes(300_000));
    writeFileSync(path.join(home, 'Μενού <1>.txt'), 'moussaka\n'.repeat(1000));
    giveAway(home, 20_001 + index);
  }
  installation.succeed('init', '--no-input', '--yes');
  installation.succeed('nightly');

  async function prepare(performing: Performing, paths: readonly string[] = ['']): Promise<string> {
    const { services } = performing;
    const work = { kind: 'prepare-download', account: 'u1', point: 'latest', paths: paths.map(pathBytes) } as const;
    const job = await enqueue(services, work, { kind: 'account' });
    const claimed = await services.jobs.claim(job, 'test', 60_000);
    assert.ok(claimed !== undefined);
    const answer = await prepareDownload({ ...performing, jobId: job.id }, work);
    await services.jobs.finish(claimed, { state: 'done', result: JSON.stringify(answer), undoUntil: undefined });
    return job.id;
  }

  test('waits whole, is listed, and comes from any byte on', async (t) => {
    const performing = await openInstallation(t, installation);
    const job = await prepare(performing);
    const [line] = (await listPrepared(performing.services, 'u1')).downloads;
    assert.deepEqual([line?.job.id, line?.isReady, line?.report?.files], [job, true, 2]);
    const { sink, bytes } = gather();
    const answer = await sendPrepared(performing, { account: 'u1', prepared: job, offset: 0 }, sink);
    const file = path.join(installation.folder, 'prepared.zip');
    writeFileSync(file, bytes());
    assert.equal(testZip(file), '');
    assert.equal(answer.bytes, bytes().length);
    for (const offset of [1, 299_999, answer.bytes - 1, answer.bytes]) {
      const rest = gather();
      await sendPrepared(performing, { account: 'u1', prepared: job, offset }, rest.sink);
      assert.ok(rest.bytes().equals(bytes().subarray(offset)), `from ${offset}`);
    }
    const beyond = { account: 'u1', prepared: job, offset: answer.bytes + 1 };
    await failsWith('invalid-input', () => sendPrepared(performing, beyond, async () => {}));
  });

  test('has a name that is harmless wherever it is saved', async (t) => {
    const performing = await openInstallation(t, installation);
    await prepare(performing, ['Μενού <1>.txt']);
    const [line] = (await listPrepared(performing.services, 'u1')).downloads;
    assert.match(line?.report?.name ?? '', /^Μενού-1-\.txt-\d{4}-\d\d-\d\d\.zip$/);
  });

  test('is nobody else’s', async (t) => {
    const performing = await openInstallation(t, installation);
    const job = await prepare(performing);
    assert.deepEqual((await listPrepared(performing.services, 'u2')).downloads, []);
    const asked = { account: 'u2', prepared: job, offset: 0 };
    await failsWith('unknown-job', () => sendPrepared(performing, asked, async () => {}));
  });

  test('leaves nothing when it fails, and gives way to newer ones and to time', async (t) => {
    const performing = await openInstallation(t, installation);
    const { services } = performing;
    await failsWith('not-found', () => prepare(performing, ['nothing here']));
    for (let count = 0; count < 6; count++) await prepare(performing, ['photo.jpg']);
    const { generation } = await findAccount(services, 'u1');
    const folder = path.join(installation.folder, 'state/downloads', generation);
    assert.equal(readdirSync(folder).length, 5);
    services.spool.removeBefore(new Date(Date.now() - preparedDays * 86_400_000));
    assert.equal(readdirSync(folder).length, 5);
    services.spool.removeBefore(new Date(Date.now() + 1000));
    assert.deepEqual(readdirSync(folder), []);
    const { downloads } = await listPrepared(services, 'u1');
    assert.ok(downloads.every(({ isReady }) => !isReady));
  });
});
