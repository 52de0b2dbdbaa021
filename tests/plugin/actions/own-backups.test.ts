import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { deleteDue, planDeletion } from '../../../plugin/actions/own-backups.ts';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import { failsWith } from '../../support/failures.ts';
import { keepHistory, type KeptHistory } from '../../support/kept-history.ts';
import type { HistorySite } from '../../support/history-site.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

suite('backups of an account’s own', () => {
  const folder = suiteFolder();
  let kept: KeptHistory;
  let site: HistorySite;
  const own = async () => (await site.perform({ kind: 'own-backups', account: 'u1' })).backups;

  before(async () => {
    kept = await keepHistory(folder);
    ({ site } = kept);
    await site.perform({ kind: 'nightly' });
  });
  after(() => site.close());

  test('are those made by hand, with nothing wanted of them at first', async () => {
    const backups = await own();
    assert.ok(backups.length > 0);
    assert.ok(
      backups.every(({ kind, isPinned, deletesAt }) => kind === 'manual' && !isPinned && deletesAt === undefined),
    );
    assert.deepEqual(
      await site
        .perform({ kind: 'own-backups', account: 'u3' })
        .then(({ backups: none }) => none.filter(({ kind }) => kind !== 'manual')),
      [],
    );
  });

  test('are pinned and unpinned', async () => {
    const point = (await own())[0]?.id ?? '';
    assert.equal((await site.perform({ kind: 'pin-backup', account: 'u1', point })).isPinned, true);
    assert.equal((await own())[0]?.isPinned, true);
    assert.equal((await site.perform({ kind: 'unpin-backup', account: 'u1', point })).isPinned, false);
  });

  test('and no others: not the host’s, and not another account’s', async () => {
    const { points } = await site.perform({ kind: 'list', account: 'u1' });
    const nightly = points.find(({ kind }) => kind === 'nightly')?.id ?? '';
    await failsWith('not-own-backup', () => site.perform({ kind: 'pin-backup', account: 'u1', point: nightly }));
    const other = (await own())[0]?.id ?? '';
    for (const kind of ['pin-backup', 'unpin-backup', 'keep-backup'] as const)
      await failsWith('unknown-restore-point', () => site.perform({ kind, account: 'u2', point: other }));
  });

  test('are deleted three days after that was wanted, and not before', async () => {
    const [first, second] = await own();
    assert.ok(first !== undefined && second !== undefined);
    const account = await findAccount(site.services, 'u1');
    const planned = await planDeletion(site.services, account, first);
    await planDeletion(site.services, account, second);
    const hours = (Date.parse(planned.deletesAt ?? '') - site.services.clock.now().getTime()) / 3_600_000;
    assert.ok(hours > 71.9 && hours <= 72);
    await site.perform({ kind: 'keep-backup', account: 'u1', point: second.id });
    const at = (later: number) => ({ ...site.services, clock: laterClock(site, later) });
    assert.equal(await deleteDue(at(71 * 3_600_000)), 0);
    assert.equal(await deleteDue(at(73 * 3_600_000)), 1);
    const [job] = await site.services.jobs.list(account.generation, 1);
    assert.deepEqual(JSON.parse(job?.request ?? ''), {
      kind: 'forget',
      account: 'u1',
      points: [first.id],
      dryRun: false,
      ifWanted: true,
    });
    const asked = { kind: 'forget', account: 'u1', points: [first.id], dryRun: false, ifWanted: true } as const;
    await site.perform({ kind: 'keep-backup', account: 'u1', point: first.id });
    assert.deepEqual((await site.perform(asked)).forgotten, []); // called off while it waited
    await planDeletion(site.services, account, first);
    await site.perform({ kind: 'pin-backup', account: 'u1', point: first.id });
    assert.deepEqual((await site.perform(asked)).forgotten, []);
    await planDeletion(site.services, account, first);
    assert.equal((await site.perform(asked)).forgotten.length, 1);
    assert.ok((await own()).every(({ id, deletesAt }) => id !== first.id && deletesAt === undefined));
    assert.equal(await deleteDue(at(999 * 3_600_000)), 0);
  });

  test('what the owner chose for pages and mails is kept', async () => {
    const settings = {
      language: 'de',
      timeZone: 'Europe/Berlin',
      mail: { restored: true, ready: false, late: true },
    } as const;
    const changed = await site.perform({ kind: 'change-settings', account: 'u1', settings });
    assert.deepEqual([changed.languageUsed, changed.timeZoneUsed, changed.mail.ready], ['de', 'Europe/Berlin', false]);
    assert.deepEqual(await site.perform({ kind: 'settings', account: 'u1' }), changed);
    assert.equal((await site.perform({ kind: 'settings', account: 'u2' })).language, undefined);
    const wrong = { ...settings, timeZone: 'Mars/Olympus' };
    await failsWith('invalid-input', () => site.perform({ kind: 'change-settings', account: 'u1', settings: wrong }));
  });
});

function laterClock({ services }: HistorySite, milliseconds: number) {
  return { ...services.clock, now: () => new Date(services.clock.now().getTime() + milliseconds) };
}
