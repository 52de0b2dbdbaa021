import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { createFormats } from '../../../plugin/domain/formats.ts';
import type { AccountInventory, PlaceLine } from '../../../plugin/protocol/inventory.ts';
import { presentCopies, type CopiesPage } from '../../../plugin/web/presenters/copies.ts';
import { recordedInventory } from '../../support/recorded-inventory.ts';
import { newest, older } from '../../support/recorded-points.ts';

const formats = createFormats('en', 'Europe/Athens');
const copied = { ...newest, copies: ['cloud'] };
const now = new Date('2026-11-20T10:00:00Z');
const [whole, bad] = recordedInventory['server-inventory'].accounts;
if (whole === undefined || bad === undefined) throw new Error('two were recorded');
const present = (inventory: AccountInventory, point = undefined as typeof newest | undefined): CopiesPage =>
  presentCopies({ inventory, point, formats, now });
const placesOf = (page: CopiesPage, field: keyof CopiesPage['places'][number]): unknown[] =>
  page.places.map((place) => place[field]);

test('places are told by their countries, in the words of the reader', () => {
  assert.deepEqual(placesOf(present(whole), 'country'), ['Greece', 'Norway', 'Germany']);
  assert.deepEqual(placesOf(present(whole), 'where'), ['here', 'elsewhere', 'elsewhere']);
  assert.equal(present(whole).countries, 'Germany and Norway');
  const greek = presentCopies({
    inventory: whole,
    point: undefined,
    formats: createFormats('el', 'Europe/Athens'),
    now,
  });
  assert.equal(greek.places[2]?.country, 'Γερμανία');
});

suite('what is said of all together', () => {
  const rules = whole.rules;
  const cases: readonly (readonly [CopiesPage['said'], AccountInventory])[] = [
    ['independent', whole],
    ['elsewhere', { ...whole, rules: { ...rules, twoIndependent: 'unknown' } }],
    ['here', bad],
    ['unknown', { ...whole, rules: { ...rules, twoIndependent: 'unknown', oneOffsite: 'unknown' } }],
    ['none', { ...bad, missing: [{ kind: 'no-backup', destinations: [] }] }],
  ];
  for (const [said, inventory] of cases) test(said, () => assert.equal(present(inventory).said, said));
});

test('locked is only what was proved, until the last day of the copy that is locked for longest', () => {
  assert.equal(present(whole).lockedUntil, '21 Dec 2026');
  const unproved = { ...whole, rules: { ...whole.rules, oneImmutable: 'unknown' } } as const;
  assert.equal(present(unproved).lockedUntil, undefined);
  assert.deepEqual(
    present(whole).places.map(({ lock }) => lock.word),
    ['none', 'locked', 'unknown'],
  );
});

test('a restore point is where it was made, and where the copy held it when that was looked at; archives are others', () => {
  assert.deepEqual(placesOf(present(whole), 'holds'), [undefined, undefined, undefined]);
  assert.deepEqual(placesOf(present(whole, copied), 'holds'), ['yes', 'yes', undefined]);
  assert.deepEqual(placesOf(present(whole, older), 'holds'), ['yes', 'no', undefined]);
});

test('what is wrong with one place stands beside it, and not once more below', () => {
  const page = present(bad);
  assert.deepEqual(placesOf(page, 'state'), ['good', 'lost', 'empty']);
  assert.deepEqual(page.missing, ['few-copies', 'one-mechanism', 'no-offsite']);
  const place = (changes: Partial<PlaceLine>): AccountInventory => ({
    ...whole,
    places: whole.places.slice(0, 1).map((one) => ({ ...one, ...changes })),
  });
  assert.deepEqual(placesOf(present(place({ counts: 'no' })), 'state'), ['old']);
  assert.deepEqual(placesOf(present(place({ counts: 'unknown', newestAt: undefined })), 'state'), ['unknown']);
});
