import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { Audit, AuditEntry } from '../../plugin/contracts/audit.ts';
import { parseAccountName, parseGeneration } from '../../plugin/domain/ids.ts';
import { serverB, type MetadataPlace } from '../support/metadata-place.ts';

const maria = { generation: parseGeneration('1'.repeat(32)), accountName: parseAccountName('maria') };
const nikos = { generation: parseGeneration('2'.repeat(32)), accountName: parseAccountName('nikos') };

/** What every implementation of `plugin/contracts/audit.ts` promises. */
export function testAudit(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  const open = async (context: TestContext): Promise<Audit> => (await makePlace(context).open()).audit;

  suite(title, () => {
    test('entries are told as they were written, the newest first', async (t) => {
      const audit = await open(t);
      const asked = [entry('browse', maria), entry('run-plan', nikos), { ...entry('forget', maria), jobId: undefined }];
      for (const one of asked) await audit.add(one);
      const all = await audit.listAll(10);
      assert.deepEqual(
        all.map(({ hash, ...told }) => {
          assert.match(hash, /^[0-9a-f]{64}$/);
          return told;
        }),
        [
          { number: 3, ...asked[2] },
          { number: 2, ...asked[1] },
          { number: 1, ...asked[0] },
        ],
      );
      assert.deepEqual(
        (await audit.list(maria.generation, 10)).map(({ number }) => number),
        [3, 1],
      );
      assert.deepEqual(
        (await audit.list(maria.generation, 1)).map(({ number }) => number),
        [3],
      );
    });

    test('many who write at once make one chain', async (t) => {
      const place = makePlace(t);
      const writers = [(await place.open()).audit, (await place.open()).audit] as const;
      const writes = Array.from({ length: 20 }, (_, at) =>
        writers[at % 2 === 0 ? 0 : 1].add(entry(`action-${at}`, maria)),
      );
      await Promise.all(writes);
      const checked = await writers[0].check();
      assert.equal(checked.entries, 20);
      assert.equal(checked.brokenAt, undefined);
      const all = await writers[1].listAll(100);
      assert.equal(new Set(all.map(({ action }) => action)).size, 20);
      assert.equal(checked.lastHash, all[0]?.hash);
    });

    const forgeries: readonly (readonly [string, (place: MetadataPlace) => Promise<unknown>, number])[] = [
      [
        'an entry that was changed',
        (place) => rows(place, 2).update({ entry: JSON.stringify(entry('list', nikos)) }),
        2,
      ],
      ['an entry that was removed', (place) => rows(place, 3).delete(), 3],
      [
        'an entry that was hidden from its account',
        (place) => rows(place, 1).update({ generation: nikos.generation }),
        1,
      ],
      ['a hash that was changed', (place) => rows(place, 4).update({ hash: 'f'.repeat(64) }), 4],
    ];
    for (const [what, forge, brokenAt] of forgeries) {
      test(`${what} breaks the chain`, async (t) => {
        const place = makePlace(t);
        const { audit } = await place.open();
        for (let number = 1; number <= 5; number += 1) await audit.add(entry(`action-${number}`, maria));
        assert.equal((await audit.check()).brokenAt, undefined);
        await forge(place);
        assert.equal((await audit.check()).brokenAt, brokenAt);
      });
    }

    test('a chain that is longer than one reading is checked to its end', async (t) => {
      const place = makePlace(t);
      const { audit } = await place.open();
      for (let number = 1; number <= 502; number += 1) await audit.add(entry('browse', maria));
      assert.equal((await audit.check()).entries, 502);
      await rows(place, 502).update({ entry: '{}' });
      assert.equal((await audit.check()).brokenAt, 502);
    });

    test('another server has a chain of its own', async (t) => {
      const place = makePlace(t);
      const here = (await place.open()).audit;
      const there = (await place.open(serverB)).audit;
      await here.add(entry('browse', maria));
      assert.equal((await there.add(entry('forget', maria))).number, 1);
      assert.deepEqual(
        (await there.listAll(10)).map(({ action }) => action),
        ['forget'],
      );
      assert.deepEqual(
        (await here.list(maria.generation, 10)).map(({ action }) => action),
        ['browse'],
      );
    });
  });
}

function entry(action: string, { generation, accountName }: typeof maria): AuditEntry {
  return {
    at: new Date('2026-11-21T12:00:00.123Z'),
    actor: { kind: 'staff', name: 'Ελένη', ticket: '#4711', reason: 'broken site 🗄' },
    generation,
    accountName,
    action,
    details: { point: 'latest', paths: ['cHVibGlj'] },
    jobId: 'abcdefghjkmnpqrstuvw',
  };
}

function rows(place: MetadataPlace, number: number) {
  return place
    .connect()('audit')
    .where({ number, server: 'a'.repeat(32) });
}
