import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { startDueRuns } from '../../../plugin/actions/start-due-runs.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import type { Clock } from '../../../plugin/contracts/clock.ts';
import { serverWork } from '../../../plugin/domain/server-work.ts';
import { parseSnapshotId } from '../../../plugin/domain/ids.ts';
import { openMetadata } from '../../../plugin/database/open-metadata.ts';
import { systemClock } from '../../../plugin/platform/clock.ts';
import type { ScheduledBackupRequest } from '../../../plugin/protocol/schedules.ts';
import { failsWith } from '../../support/failures.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';
import { giveAway } from '../../support/installation.ts';

let now = Date.parse('2026-10-01T00:00:00Z');
const clock: Clock = { now: () => new Date(now), elapsedMilliseconds: () => systemClock.elapsedMilliseconds() };
const utc = { timeZone: 'UTC', night: { from: 30, until: 300, isSpread: true }, databases: undefined };

/** As if backups were made at the time that the clock shows. */
function inTheirTime(site: HistorySite): Partial<Services> {
  const { archivers, configuration } = site.services;
  const run: typeof archivers.run = (order, onProgress, signal) =>
    archivers.run({ ...order, time: clock.now() }, onProgress, signal);
  return {
    archivers: { ...archivers, size: archivers.size, run },
    configuration: { ...configuration, schedule: { ...configuration.schedule, ...utc } },
  };
}

suite('schedules and rotation, on real repositories', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  let changes: Partial<Services>;
  let services: Services;

  before(async () => {
    site = await openHistorySite(folder, 3, clock);
    for (const [index, home] of site.homes.entries()) {
      writeFileSync(`${home}/index.php`, `<?php // ${index}`);
      giveAway(home, 20_001 + index);
    }
    changes = inTheirTime(site);
    services = { ...site.services, ...changes };
  });
  after(() => site.close());

  const jobs = async () => (await services.jobs.list(serverWork.generation, 100)).toReversed();

  test('two workers that look at the same moment put each run into the queue once', async () => {
    const other = await openMetadata({
      metadata: services.configuration.metadata,
      server: services.serverId,
      migrates: false,
    });
    const workers = [services, { ...services, jobs: other.jobs, timetable: other.timetable }];
    await startDueRuns(services);
    assert.deepEqual(await jobs(), []);
    for (const minutes of [29, 30, 31, 300, 301]) {
      now = Date.parse('2026-10-01T00:00:00Z') + minutes * 60_000;
      await Promise.all(workers.map((worker) => startDueRuns(worker)));
    }
    assert.deepEqual(
      (await jobs()).map(({ kind }) => kind),
      ['system-backup', 'scheduled-backup', 'rotate'],
    );
    await other.close();
  });

  test('a spread night becomes parts, and each account is in one of them, also when it is begun again', async () => {
    const [, night] = await jobs();
    const request = JSON.parse(night?.request ?? '') as ScheduledBackupRequest;
    assert.deepEqual([request.dueAt, request.until], ['2026-10-01T00:30:00.000Z', '2026-10-01T05:00:00.000Z']);
    now = Date.parse('2026-10-01T00:30:05Z');
    for (let turn = 0; turn < 2; turn++) await site.perform<'scheduled-backup'>(request, changes);
    const parts = (await jobs()).slice(3);
    const names = parts.flatMap((part) => (JSON.parse(part.request) as ScheduledBackupRequest).accounts);
    assert.equal(names.length, 3);
    assert.deepEqual(new Set(names), new Set(['u1', 'u2', 'u3']));
    assert.ok(parts.length > 1 && parts.some(({ notBefore, createdAt }) => notBefore > createdAt));
  });

  test('who is left out is recorded, and the rest are backed up', async () => {
    const { configuration, panel } = services;
    const schedule = { ...configuration.schedule, excluded: ['u1'], skipped: ['suspended' as const] };
    const listAccounts = async () =>
      (await panel.listAccounts()).map((one) => (one.name === 'u2' ? { ...one, isSuspended: true } : one));
    const request: ScheduledBackupRequest = {
      kind: 'scheduled-backup',
      schedule: 'nightly',
      does: 'backup',
      dueAt: '2026-10-01T00:30:00.000Z',
      until: '2026-10-01T05:00:00.000Z',
      isSpread: false,
      accounts: undefined,
    };
    const others = { ...changes, configuration: { ...configuration, schedule }, panel: { ...panel, listAccounts } };
    const report = await site.perform<'scheduled-backup'>(request, others);
    assert.deepEqual(
      report.accounts.map(({ account, outcome }) => [account, outcome]),
      [['u3', 'done']],
    );
    const again = await site.perform<'scheduled-backup'>(request, others);
    assert.deepEqual(again.accounts, [], 'who was done before the interruption is not done again');
    now = Date.parse('2026-10-01T05:00:00Z');
    await site.perform<'scheduled-backup'>({ ...request, dueAt: '2026-10-01T04:00:00.000Z' }, others);
    const { skips } = await site.perform<'server-schedule'>({ kind: 'server-schedule', days: undefined }, changes);
    const told = new Map(skips.map(({ account, reason }) => [account, reason]));
    assert.deepEqual(Object.fromEntries(told), { u1: 'excluded', u2: 'suspended', u3: 'window-over' });
  });

  test('while the machine is busy no account is begun with, and none when the time is over', async () => {
    const { configuration } = services;
    const limits = { ...configuration.limits, load: 4, nice: 7, ioPriority: 'idle' as const };
    const loads = [9, 4.1, 4];
    const asked: object[] = [];
    let waits = 0;
    const machine: Services['machine'] = {
      load: () => loads.shift() ?? 9,
      giveWay: (wish) => void asked.push(wish),
      wait: async (milliseconds) => {
        waits += 1;
        now += milliseconds;
        await Promise.resolve();
      },
    };
    now = Date.parse('2026-10-02T00:30:00Z');
    const { archivers = services.archivers } = changes;
    const one = { ...archivers, size: 1, run: archivers.run.bind(archivers) };
    const busy = { ...changes, archivers: one, machine, configuration: { ...configuration, limits } };
    const report = await site.perform<'scheduled-backup'>(
      {
        kind: 'scheduled-backup',
        schedule: 'busy',
        does: 'backup',
        dueAt: '2026-10-02T00:30:00.000Z',
        until: '2026-10-02T00:31:00.000Z',
        isSpread: false,
        accounts: undefined,
      },
      busy,
    );
    assert.equal(report.accounts.length, 1, 'as soon as the load is no longer above');
    assert.deepEqual([report.skips, asked.length], [2, 1]);
    assert.ok(waits >= 6, 'the others waited until the time was over');
    const { nice, ioPriority } = asked[0] as typeof limits;
    assert.deepEqual([nice, ioPriority], [7, 'idle']);
  });

  test('30 nights, each with its rotation, leave what the policy says', async () => {
    for (let night = 16; night <= 45; night++) {
      now = Date.parse('2026-10-01T00:30:00Z') + night * 86_400_000;
      writeFileSync(`${site.homes[0]}/index.php`, `<?php // night ${night}`);
      const report = await site.perform<'backup'>(
        { kind: 'backup', account: 'u1', paths: [], label: undefined },
        { ...changes, archivers: asNightly(services) },
      );
      await verified(services, 'u1', report.snapshotId);
      const rotated = await rotate('u1');
      assert.deepEqual([rotated?.held, rotated?.failure], [[], undefined]);
    }
    const { points } = await site.perform<'list'>({ kind: 'list', account: 'u1' }, changes);
    const days = points.map(({ time }) => time.slice(0, 10));
    const expected = Array.from({ length: 12 }, (_, index) => {
      return new Date(Date.parse('2026-11-04T00:00:00Z') + index * 86_400_000).toISOString().slice(0, 10);
    });
    assert.deepEqual(days, ['2026-10-31', ...expected]);
  });

  test('every one that stays says until when', async () => {
    const report = await site.perform<'schedule'>({ kind: 'schedule', account: 'u1', days: undefined }, changes);
    assert.equal(report.points.length, 13);
    assert.deepEqual(report.points[0]?.reasons, [{ rule: 'month-ends', period: '2026-10', isStandIn: false }]);
    assert.equal(report.points[0]?.goesOn, '2027-01-31');
    assert.equal(report.points.at(-1)?.goesOn, '2026-11-27');
  });

  test('nothing goes while the newest is not verified', async () => {
    now += 86_400_000;
    const verifications = { ...services.verifications, note: () => Promise.resolve() };
    await site.perform<'backup'>(
      { kind: 'backup', account: 'u1', paths: [], label: undefined },
      { ...changes, archivers: asNightly(services), verifications },
    );
    const rotated = await rotate('u1', true);
    assert.deepEqual([rotated?.forget, rotated?.held], [[], ['newest-unverified']]);
    assert.equal(rotated?.keep.at(-1)?.reasons[0]?.rule, 'daily');
  });

  test('the server itself has restore points, for root alone', async () => {
    const report = await site.perform<'system-backup'>({ kind: 'system-backup' }, changes);
    assert.equal(report.failure, undefined);
    const { state } = services.configuration;
    const entries = await browse(`${state.slice(1)}/system`);
    for (const name of ['metadata.sqlite', 'packages.txt', 'users.txt', 'groups.txt', 'keys', 'server-id']) {
      assert.ok(entries.includes(name), `${name} is missing among ${entries.join(', ')}`);
    }
    assert.ok(!(await browse(`${state.slice(1)}/system/keys`)).includes('server.key'));
    assert.ok((await browse('etc')).includes('passwd'));
    assert.match(readFileSync(`${state}/system/metadata.sqlite`).subarray(0, 15).toString(), /^SQLite format 3/);
  });

  test('a panel may not name an account like it', async () => {
    const { panel } = services;
    const listAccounts = async () => (await panel.listAccounts()).map((one) => ({ ...one, name: '_system' as never }));
    const act = () => site.perform({ kind: 'accounts' }, { panel: { ...panel, listAccounts } });
    await failsWith('invalid-input', act);
  });

  async function browse(path: string): Promise<string[]> {
    const bytes = Buffer.from(path).toString('base64');
    const { entries } = await site.perform<'browse'>({
      kind: 'browse',
      account: '_system',
      point: 'latest',
      path: bytes,
    });
    return entries.map(({ name }) => Buffer.from(name, 'base64').toString());
  }

  async function rotate(account: string, dryRun = false) {
    const answer = await site.perform<'rotate'>({ kind: 'rotate', account, dryRun, isConfirmed: false }, changes);
    return answer.accounts[0];
  }
});

/** What is backed up by hand here passes for the night's. */
function asNightly({ archivers }: Services): Services['archivers'] {
  return {
    ...archivers,
    run: (order, onProgress, signal) => {
      const tags = order.tags.map((tag) => (tag === 'kind:manual' ? 'kind:nightly' : tag));
      return archivers.run({ ...order, tags }, onProgress, signal);
    },
  };
}

async function verified(
  { verifications, records }: Services,
  account: string,
  point: string | undefined,
): Promise<void> {
  const found = [...(await records.lastRuns())].find(([, run]) => run.snapshotId === point);
  if (found === undefined || point === undefined) throw new Error(`${account} has no backup`);
  const place = { generation: found[0], destination: found[1].destination };
  const finding = { snapshotId: parseSnapshotId(point), depth: 'sample', at: clock.now(), damage: undefined } as const;
  await verifications.note(place, [finding]);
}
