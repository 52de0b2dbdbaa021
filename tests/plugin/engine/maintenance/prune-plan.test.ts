import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { planPrune, usualLimits, type PackUse } from '../../../../plugin/engine/prune-plan.ts';
import { failsWith } from '../../../support/failures.ts';

const megabyte = 1_000_000;

/** A full pack of data, all of it needed, unless told otherwise. */
function pack(id: string, changes: Partial<PackUse> = {}): PackUse {
  const usedBytes = changes.usedBytes ?? 8 * megabyte;
  const bytes = usedBytes + (changes.unusedBytes ?? 0) + 100;
  return { id, storedBytes: bytes, indexedBytes: bytes, contents: 'data', usedBytes, unusedBytes: 0, ...changes };
}

const tiny = (count: number, contents: 'data' | 'tree' = 'data'): PackUse[] =>
  Array.from({ length: count }, (_, number) => pack(`tiny-${contents}-${number}`, { contents, usedBytes: 9000 }));

const cases: readonly { title: string; packs: readonly PackUse[]; decisions: Readonly<Record<string, string>> }[] = [
  { title: 'an empty repository needs nothing', packs: [], decisions: {} },
  { title: 'a pack that is needed in full is kept', packs: [pack('a')], decisions: { a: 'keep' } },
  {
    title: 'a pack that nobody needs is removed',
    packs: [pack('a'), pack('b', { usedBytes: 0, unusedBytes: 5 })],
    decisions: { a: 'keep', b: 'remove unused' },
  },
  {
    title: 'a pack that no index names is removed',
    packs: [pack('a'), pack('b', { indexedBytes: undefined, usedBytes: 0, unusedBytes: 9 })],
    decisions: { a: 'keep', b: 'remove not-indexed' },
  },
  {
    title: 'a missing pack that nobody needs only leaves the index',
    packs: [pack('a'), pack('b', { storedBytes: undefined, usedBytes: 0, unusedBytes: 9 })],
    decisions: { a: 'keep', b: 'remove missing' },
  },
  {
    title: 'a little waste is not worth copying',
    packs: [pack('a', { unusedBytes: 200_000 }), pack('b', { unusedBytes: 300_000 }), pack('c')],
    decisions: { a: 'keep', b: 'keep', c: 'keep' },
  },
  {
    title: 'of more waste the most wasteful packs are repacked, until little is left',
    packs: [
      pack('a', { unusedBytes: megabyte }),
      pack('b', { usedBytes: megabyte, unusedBytes: 7 * megabyte }),
      pack('c'),
      pack('d'),
      pack('e'),
    ],
    decisions: { a: 'keep', b: 'repack waste', c: 'keep', d: 'keep', e: 'keep' },
  },
  {
    title: 'waste among trees is judged apart from waste among data',
    packs: [
      pack('a', { usedBytes: 100 * megabyte }),
      pack('b', { contents: 'tree', usedBytes: megabyte, unusedBytes: megabyte }),
    ],
    decisions: { a: 'keep', b: 'repack waste' },
  },
  {
    title: 'data and trees in one pack are taken apart',
    packs: [pack('a', { contents: 'mixed' })],
    decisions: { a: 'repack mixed' },
  },
  {
    title: 'a few tiny packs stay as they are',
    packs: tiny(15),
    decisions: Object.fromEntries(tiny(15).map(({ id }) => [id, 'keep'])),
  },
  {
    title: 'many tiny packs are gathered, each kind for itself',
    packs: [pack('a'), ...tiny(16), ...tiny(15, 'tree')],
    decisions: {
      a: 'keep',
      ...Object.fromEntries(tiny(16).map(({ id }) => [id, 'repack tiny'])),
      ...Object.fromEntries(tiny(15, 'tree').map(({ id }) => [id, 'keep'])),
    },
  },
];

for (const { title, packs, decisions } of cases) {
  test(title, () => {
    const plan = planPrune(packs, usualLimits);
    const shown = plan.decisions.map((decision) => [
      decision.id,
      'reason' in decision ? `${decision.action} ${decision.reason}` : decision.action,
    ]);
    assert.deepEqual(Object.fromEntries(shown), decisions);
  });
}

test('the numbers tell what is stored, removed, copied, squeezed out and left unused', () => {
  const packs = [
    pack('a', { usedBytes: 1000, unusedBytes: 10, storedBytes: 1110, contents: 'tree' }),
    pack('b', { usedBytes: 50, unusedBytes: 950, storedBytes: 1100, contents: 'tree' }),
    pack('c', { usedBytes: 0, unusedBytes: 400, storedBytes: 500 }),
  ];
  const { decisions: _, ...numbers } = planPrune(packs, usualLimits);
  assert.deepEqual(numbers, {
    bytesTotal: 2710,
    bytesRemoved: 500,
    bytesCopied: 50,
    bytesSqueezed: 950,
    bytesUnused: 10,
  });
});

suite('prune refuses a repository that has lost something of use', () => {
  test('a missing pack', async () => {
    const facts = await failsWith('repository-damaged', () =>
      planPrune([pack('a', { storedBytes: undefined })], usualLimits),
    );
    assert.equal(facts.object, 'pack a');
  });

  test('a pack that is cut short', async () => {
    await failsWith('repository-damaged', () => planPrune([pack('a', { storedBytes: 10 })], usualLimits));
  });
});

const anyUse = fc.record({
  storedBytes: fc.option(fc.nat(20 * megabyte), { nil: undefined }),
  indexedBytes: fc.option(fc.nat(20 * megabyte), { nil: undefined }),
  contents: fc.constantFrom('data', 'tree', 'mixed'),
  usedBytes: fc.oneof(fc.constant(0), fc.nat(10 * megabyte)),
  unusedBytes: fc.oneof(fc.constant(0), fc.nat(10 * megabyte)),
});
const anyLimits = fc.record({
  unusedShare: fc.double({ min: 0, max: 0.9, noNaN: true }),
  tinyShare: fc.double({ min: 0, max: 1, noNaN: true }),
  gatherFrom: fc.integer({ min: 1, max: 20 }),
});
/** Packs as they can be: what is used lies in a stored, indexed pack that is long enough. */
const soundPacks = fc.array(anyUse, { maxLength: 60 }).map((uses) =>
  uses.map((use, number): PackUse => {
    const id = `pack-${number}`;
    if (use.storedBytes === undefined || use.indexedBytes === undefined) return { id, ...use, usedBytes: 0 };
    return { id, ...use, storedBytes: Math.max(use.storedBytes, use.indexedBytes) };
  }),
);

test('whatever the packs and limits: what is used is kept or repacked, and only what is unused is removed', () => {
  fc.assert(
    fc.property(soundPacks, anyLimits, (packs, limits) => {
      const plan = planPrune(packs, limits);
      assert.deepEqual(
        plan.decisions.map(({ id }) => id),
        packs.map(({ id }) => id),
      );
      packs.forEach((use, number) => {
        const action = plan.decisions[number]?.action;
        if (use.usedBytes > 0) assert.notEqual(action, 'remove');
        else assert.equal(action, 'remove');
      });
    }),
  );
});

test('whatever the packs and limits: what stays unused is within the limit', () => {
  fc.assert(
    fc.property(soundPacks, anyLimits, (packs, limits) => {
      const plan = planPrune(packs, limits);
      for (const isTree of [true, false]) {
        const of = packs.filter(({ contents }) => (contents === 'tree') === isTree);
        const used = of.reduce((total, { usedBytes }) => total + usedBytes, 0);
        const kept = of.filter(({ id }) =>
          plan.decisions.some((decision) => decision.id === id && decision.action === 'keep'),
        );
        const unused = kept.reduce((total, { unusedBytes }) => total + unusedBytes, 0);
        assert.ok(unused <= (used + unused) * limits.unusedShare + 1);
      }
    }),
  );
});

test('whatever the packs: the numbers add up', () => {
  fc.assert(
    fc.property(soundPacks, (packs) => {
      const plan = planPrune(packs, usualLimits);
      const unused = packs
        .filter((_, index) => plan.decisions[index]?.action !== 'remove')
        .reduce((sum, use) => sum + use.unusedBytes, 0);
      assert.equal(plan.bytesSqueezed + plan.bytesUnused, unused);
      assert.ok(plan.bytesRemoved <= plan.bytesTotal);
    }),
  );
});
