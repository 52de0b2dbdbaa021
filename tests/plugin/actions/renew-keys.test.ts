import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { findRepository, openRepository } from '../../../plugin/actions/account-repository.ts';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import { parseSnapshotId } from '../../../plugin/domain/ids.ts';
import { lockRepository, type RepositoryLock } from '../../../plugin/engine/repository-lock.ts';
import { failsWith } from '../../support/failures.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { giveAway } from '../../support/installation.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const renew = { kind: 'keys-renew', account: 'u1', dryRun: false, acceptLoss: false } as const;
const inUse = async ({ services }: HistorySite) => findRepository(services, await findAccount(services, 'u1'));

suite('renewing the keys of an account', () => {
  const folder = suiteFolder();
  let site: HistorySite;

  before(async () => {
    site = await openHistorySite(folder, 1);
    writeFileSync(join(site.homes[0] ?? '', 'page.html'), 'one');
    giveAway(site.homes[0] ?? '', 20_001);
    await site.perform({ kind: 'backup', account: 'u1', paths: [], label: 'mine' });
  });
  after(() => site.close());

  test('begins nothing without room for it', async () => {
    const used = await inUse(site);
    await failsWith('no-space', () => site.perform(renew, { freeBytesAt: () => 1000 }));
    assert.equal((await inUse(site)).repositoryId, used.repositoryId);
  });

  test('asks nobody to stop: who works in it ends first, and what that brought comes along', async () => {
    const { services } = site;
    const used = await inUse(site);
    const repository = await openRepository(services, used);
    let lock: RepositoryLock | undefined = await lockRepository(repository, false, services.locker);
    let waits = 0;
    const wait = async (): Promise<void> => {
      waits += 1;
      if (lock === undefined) return;
      writeFileSync(join(site.homes[0] ?? '', 'late.html'), 'two');
      giveAway(site.homes[0] ?? '', 20_001);
      const { outcome } = await site.perform({ kind: 'backup', account: 'u1', paths: [], label: 'late' });
      assert.equal(outcome, 'done');
      await lock.release();
      lock = undefined;
    };
    const { outcome, points } = await site.perform(renew, { machine: { ...services.machine, wait } });
    assert.deepEqual([outcome, points], ['renewed', 2]);
    assert.ok(waits > 0);
    const { points: listed } = await site.perform({ kind: 'list', account: 'u1' });
    assert.deepEqual(
      listed.map(({ label }) => label),
      ['mine', 'late'],
    );
  });

  test('a recovery key that was replaced meanwhile does not open the new repository', async () => {
    const { services } = site;
    const keys = [1, 2, 3].map((number) => {
      const file = join(folder, `recovery-${number}.txt`);
      execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' });
      return { file, recipient: execFileSync('age-keygen', ['-y', file], { encoding: 'utf8' }).trim() };
    });
    const recipients = keys.map(({ recipient }) => recipient);
    const [first = '', second = '', third = ''] = recipients;
    await site.perform({ kind: 'keys-rotate', recipients: [first, second] });
    let lock: RepositoryLock | undefined = await lockRepository(
      await openRepository(services, await inUse(site)),
      false,
      services.locker,
    );
    const wait = async (): Promise<void> => {
      if (lock === undefined) return;
      await site.perform({ kind: 'keys-rotate', recipients: [second, third] });
      await lock.release();
      lock = undefined;
    };
    const { to } = await site.perform(renew, { machine: { ...services.machine, wait } });
    assert.equal(lock, undefined);
    const opens = keys.map(({ file }) => {
      return spawnSync('age', ['-d', '-i', file, `${folder}/backup/${to}/larder-recovery.age`]).status === 0;
    });
    assert.deepEqual(opens, [false, true, true]);
  });

  test('keeps what is wanted and known of restore points', async () => {
    const { services } = site;
    const account = await findAccount(services, 'u1');
    const [point] = (await site.perform({ kind: 'list', account: 'u1' })).points;
    assert.ok(point !== undefined);
    const id = parseSnapshotId(point.id);
    await site.perform({ kind: 'pin-backup', account: 'u1', point: id });
    const at = new Date();
    await services.drills.add({
      id: 'd1',
      generation: account.generation,
      point: id,
      startedAt: at,
      finishedAt: at,
      outcome: 'passed',
      report: '{}',
    });
    const place = { generation: account.generation, destination: 'local' };
    await services.verifications.note(place, [{ snapshotId: id, depth: 'drill', at, damage: undefined }]);
    await site.perform(renew);
    const [now] = (await site.perform({ kind: 'list', account: 'u1' })).points;
    assert.ok(now !== undefined && now.id !== point.id);
    assert.equal(now.provenAt, at.toISOString());
    const { backups } = await site.perform({ kind: 'own-backups', account: 'u1' });
    assert.deepEqual(
      backups.map(({ isPinned }) => isPinned),
      [true, false],
    );
    const [drill] = await services.drills.list(account.generation, 1);
    assert.equal(drill?.point, now.id);
    const run = (await services.records.listRuns(new Date(0))).map(({ snapshotId }) => snapshotId);
    assert.ok(run.includes(parseSnapshotId(now.id)));
    await site.perform({ kind: 'forget', account: 'u1', points: [id], dryRun: true }); // by its former id
  });

  test('is not begun twice by one job', async () => {
    const { services } = site;
    const { performRequest } = await import('../../../plugin/actions/perform-request.ts');
    const { parseJobId } = await import('../../../plugin/domain/job.ts');
    const performing = {
      services,
      onProgress: () => {},
      signal: new AbortController().signal,
      jobId: parseJobId('j'.repeat(20)),
    };
    const first = await performRequest(performing, renew);
    const again = await performRequest(performing, renew);
    assert.deepEqual([again.outcome, again.to, again.points], ['renewed', first.to, first.points]);
    assert.equal((await inUse(site)).place.folder, first.to);
  });

  test('finds what was exchanged again when the records are older than that', async () => {
    const { records } = site.services;
    const { account, destination } = await inUse(site);
    const former = await records.findRepository(account.generation, destination);
    assert.ok(former !== undefined);
    const { to } = await site.perform(renew);
    const record = await records.findRepository(account.generation, destination);
    assert.ok(record !== undefined && record.folder === to);
    const back = { former: record, record: former, points: new Map(), at: new Date(), job: undefined, isClosed: true };
    await records.exchangeRepository(back);
    for (const one of await records.listFormerRepositories()) await records.dropFormerRepository(one);
    const { failure } = await site.perform({ kind: 'backup', account: 'u1', paths: [], label: 'held' });
    assert.equal(failure?.code, 'repository-locked');
    const again = await site.perform(renew);
    assert.deepEqual([again.outcome, again.to], ['renewed', to]);
    assert.equal((await inUse(site)).repositoryId, record.repositoryId);
    assert.equal((await site.perform({ kind: 'backup', account: 'u1', paths: [], label: 'on' })).outcome, 'done');
  });

  test('throws away what does not read back, and begins anew', async () => {
    const used = await inUse(site);
    const spoil: HistorySite['services']['openStore'] = async (place) => {
      const store = await site.services.openStore(place);
      if (place.folder === used.place.folder) return store;
      return {
        location: store.location,
        write: (key, bytes, options) => {
          const isData = key.startsWith('data/');
          return store.write(key, isData ? Buffer.from(bytes).fill(0, 20, 24) : bytes, options);
        },
        read: (key) => store.read(key),
        readRange: (key, offset, length) => store.readRange(key, offset, length),
        list: (prefix) => store.list(prefix),
        remove: (key, options) => store.remove(key, options),
        listUnfinished: (earlier) => store.listUnfinished(earlier),
      };
    };
    const plan = await site.perform({ ...renew, dryRun: true });
    await failsWith('repository-damaged', () => site.perform(renew, { openStore: spoil }));
    assert.equal((await inUse(site)).repositoryId, used.repositoryId);
    const left = existsSync(`${folder}/backup/${plan.to}`) ? readdirSync(`${folder}/backup/${plan.to}`) : [];
    assert.ok(!left.includes('config'));
    assert.equal((await site.perform(renew)).outcome, 'renewed');
    assert.equal((await inUse(site)).place.folder, plan.to);
  });

  test('leaves alone what others have put where it would go', async () => {
    const plan = await site.perform({ ...renew, dryRun: true });
    const store = await site.services.openStore({ ...(await inUse(site)).place, folder: plan.to });
    await store.write('snapshots/' + 'a'.repeat(64), Buffer.from('theirs'));
    const { to } = await site.perform(renew);
    assert.notEqual(to, plan.to);
    assert.equal((await store.read('snapshots/' + 'a'.repeat(64))).toString(), 'theirs');
  });
});
