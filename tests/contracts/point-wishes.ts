import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import { usualSettings, type AccountSettings } from '../../plugin/domain/account-settings.ts';
import { parseGeneration, parseSnapshotId } from '../../plugin/domain/ids.ts';
import type { MetadataPlace } from '../support/metadata-place.ts';

const noon = new Date('2026-11-21T12:00:00.000Z');
const after = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);
const maria = parseGeneration('1'.repeat(32));
const nikos = parseGeneration('2'.repeat(32));
const one = parseSnapshotId('a'.repeat(64));
const two = parseSnapshotId('b'.repeat(64));

/** What every implementation of `contracts/point-wishes.ts` and `contracts/account-settings.ts` promises. */
export function testWishes(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  suite(title, () => {
    test('a backup is pinned for one customer, and unpinned', async (t) => {
      const { wishes } = await makePlace(t).open();
      await wishes.pin(maria, one, true);
      await wishes.pin(maria, one, true);
      assert.deepEqual(
        (await wishes.list(maria)).map(({ id, isPinned, deleteAt }) => [id, isPinned, deleteAt]),
        [[one, true, undefined]],
      );
      assert.deepEqual(await wishes.list(nikos), []);
      await wishes.pin(maria, one, false);
      assert.equal((await wishes.list(maria))[0]?.isPinned, false);
    });

    test('a deletion is due at its time, and pinning calls it off', async (t) => {
      const { wishes } = await makePlace(t).open();
      await wishes.deleteAt(maria, one, after(72));
      await wishes.deleteAt(nikos, one, after(73));
      assert.deepEqual(await wishes.due(after(71)), []);
      assert.deepEqual(
        (await wishes.due(after(72))).map(({ generation }) => generation),
        [maria],
      );
      await wishes.pin(maria, one, true);
      assert.deepEqual(await wishes.due(after(72)), []);
      await wishes.deleteAt(maria, one, after(1));
      assert.equal((await wishes.list(maria))[0]?.isPinned, false);
      await wishes.keep(maria, one);
      assert.deepEqual(await wishes.due(after(99)).then((due) => due.map(({ generation }) => generation)), [nikos]);
    });

    test('to keep what nobody wants deleted changes nothing: a pin stays', async (t) => {
      const { wishes } = await makePlace(t).open();
      await wishes.pin(maria, one, true);
      await wishes.keep(maria, one);
      await wishes.keep(maria, two);
      assert.deepEqual(
        (await wishes.list(maria)).map(({ id, isPinned }) => [id, isPinned]),
        [[one, true]],
      );
    });

    test('a try is counted and comes again later, unless it was called off', async (t) => {
      const { wishes } = await makePlace(t).open();
      await wishes.deleteAt(maria, one, noon);
      const [wish] = await wishes.due(noon);
      assert.ok(wish !== undefined);
      await wishes.postpone(wish, after(6));
      assert.deepEqual(await wishes.due(after(5)), []);
      assert.equal((await wishes.due(after(6)))[0]?.attempts, 1);
      await wishes.keep(maria, one);
      await wishes.postpone({ ...wish, deleteAt: after(6) }, after(12));
      assert.deepEqual(await wishes.due(after(12)), []);
    });

    test('nothing is wanted of what is gone', async (t) => {
      const { wishes } = await makePlace(t).open();
      await wishes.pin(maria, one, true);
      await wishes.pin(maria, two, true);
      await wishes.drop(maria, [one]);
      await wishes.drop(nikos, [two]);
      assert.deepEqual(
        (await wishes.list(maria)).map(({ id }) => id),
        [two],
      );
    });

    test('settings are the usual ones until others are chosen', async (t) => {
      const { settings } = await makePlace(t).open();
      assert.deepEqual(await settings.load(maria), usualSettings);
      const chosen: AccountSettings = {
        language: 'el',
        timeZone: 'Europe/Athens',
        mail: { restored: true, ready: false, late: false },
      };
      await settings.save(maria, chosen);
      await settings.save(maria, chosen);
      assert.deepEqual(await settings.load(maria), chosen);
      assert.deepEqual(await settings.load(nikos), usualSettings);
    });
  });
}
