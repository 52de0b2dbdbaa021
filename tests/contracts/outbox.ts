import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { Outbox } from '../../plugin/contracts/outbox.ts';
import { parseGeneration } from '../../plugin/domain/ids.ts';
import type { NewMail } from '../../plugin/domain/mail.ts';
import { serverB, type MetadataPlace } from '../support/metadata-place.ts';

const noon = new Date('2026-11-21T12:00:00.000Z');
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
const generation = parseGeneration('1'.repeat(32));
const mail = (uniqueKey: string): NewMail => ({
  generation,
  uniqueKey,
  message: { kind: 'backup-late', lastAt: '2026-11-19T01:00:00.000Z' },
});
const hold = 60_000;

/** What every implementation of `plugin/contracts/outbox.ts` promises. */
export function testOutbox(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  const open = async (context: TestContext): Promise<Outbox> => (await makePlace(context).open()).outbox;

  suite(title, () => {
    test('a mail comes out as it was put in, the oldest first, and waits for its sender', async (t) => {
      const outbox = await open(t);
      await outbox.add(mail('b'), after(1));
      await outbox.add(mail('a'), noon);
      assert.equal(await outbox.claim(after(-1), hold), undefined);
      const first = await outbox.claim(after(2), hold);
      assert.deepEqual([first?.message, first?.generation, first?.attempts], [mail('a').message, generation, 1]);
      assert.deepEqual(first?.createdAt, noon);
      assert.match(first?.id ?? '', /^[0-9a-f]{32}$/);
      assert.deepEqual((await outbox.claim(after(2), hold))?.createdAt, after(1));
      assert.equal(await outbox.claim(after(2), hold), undefined);
    });

    test('a key is taken once, also after its mail was sent', async (t) => {
      const outbox = await open(t);
      assert.equal(await outbox.has('a'), false);
      assert.equal(await outbox.add(mail('a'), noon), true);
      assert.equal(await outbox.has('a'), true);
      assert.equal(await outbox.add(mail('a'), noon), false);
      await outbox.markSent((await outbox.claim(noon, hold))?.id ?? '', noon);
      assert.equal(await outbox.add(mail('a'), after(9)), false);
      assert.equal(await outbox.claim(after(9), hold), undefined);
    });

    test('of 20 senders at once one gets a mail', async (t) => {
      const place = makePlace(t);
      const all: Outbox[] = [];
      for (let number = 0; number < 4; number += 1) all.push((await place.open()).outbox);
      await all[0]?.add(mail('a'), noon);
      const claims = Array.from({ length: 5 }, () => all.map((outbox) => outbox.claim(noon, hold))).flat();
      const got = (await Promise.all(claims)).filter((claimed) => claimed !== undefined);
      assert.equal(got.length, 1);
    });

    test('a mail whose sender was lost is due again, as the same mail', async (t) => {
      const outbox = await open(t);
      await outbox.add(mail('a'), noon);
      const first = await outbox.claim(noon, hold);
      assert.equal(await outbox.claim(after(59), hold), undefined);
      const second = await outbox.claim(after(60), hold);
      assert.deepEqual([second?.id, second?.attempts], [first?.id, 2]);
    });

    test('one that could not be sent waits until it is tried again, or is given up', async (t) => {
      const outbox = await open(t);
      await outbox.add(mail('a'), noon);
      const { id = '' } = (await outbox.claim(noon, hold)) ?? {};
      await outbox.markFailed(id, 'no route', after(300), noon);
      assert.equal(await outbox.claim(after(299), hold), undefined);
      assert.equal((await outbox.claim(after(300), hold))?.attempts, 2);
      await outbox.markFailed(id, 'no such mailbox', undefined, after(301));
      assert.equal(await outbox.claim(after(9999), hold), undefined);
    });

    test('ended mails are forgotten and no others, and other servers see none', async (t) => {
      const place = makePlace(t);
      const { outbox } = await place.open();
      const elsewhere = (await place.open(serverB)).outbox;
      await outbox.add(mail('a'), noon);
      await outbox.add(mail('b'), after(1));
      await outbox.markSent((await outbox.claim(after(1), hold))?.id ?? '', after(1));
      assert.equal(await elsewhere.claim(after(9), hold), undefined);
      await elsewhere.removeEndedBefore(after(9));
      assert.equal(await outbox.add(mail('a'), after(9)), false);
      await outbox.removeEndedBefore(after(9));
      assert.equal(await outbox.add(mail('a'), after(9)), true);
      assert.deepEqual((await outbox.claim(after(9), hold))?.createdAt, after(1));
    });
  });
}
