import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createFormats } from '../../../plugin/domain/formats.ts';
import { findLanguage, languages } from '../../../plugin/domain/language.ts';

const english = createFormats('en', 'Europe/Athens');
const greek = createFormats('el', 'Europe/Athens');
const german = createFormats('de', 'Europe/Berlin');
const evening = '2026-11-18T19:12:00Z';
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

suite('times stand in the zone of the reader, by the 24-hour clock', () => {
  const shown = [
    [english.date(evening, 'shortTime'), 'Wed 18 Nov, 21:12'],
    [greek.date(evening, 'shortTime'), 'Τετ 18 Νοε, 21:12'],
    [german.date(evening, 'shortTime'), 'Mi., 18. Nov., 20:12'],
    [english.date(evening, 'full'), 'Wednesday, 18 November 2026'],
    [greek.date('2026-11-18T22:30:00Z', 'full'), 'Πέμπτη 19 Νοεμβρίου 2026'],
    [english.day('2026-11-18T22:30:00Z'), '2026-11-19'],
    [english.date('never', 'time'), 'never'],
  ] as const;
  for (const [got, wanted] of shown) test(wanted, () => assert.equal(got, wanted));
});

suite('sizes count by thousands and never show four figures', () => {
  const sizes = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1449, '1.4 kB'],
    [999_600, '1 MB'],
    [412_000_000, '412 MB'],
    [1_250_000_000, '1.3 GB'],
  ] as const;
  for (const [bytes, wanted] of sizes) test(wanted, () => assert.equal(plain(english.bytes(bytes)), wanted));

  test('whatever the size', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900_000_000_000_000 }), (bytes) =>
        /^\d{1,3}(\.\d)? (B|kB|MB|GB|TB)$/.test(plain(english.bytes(bytes))),
      ),
    ));
});

suite('durations have at most two units', () => {
  const durations = [
    [0, '0 secs'],
    [8, '8 secs'],
    [72, '1 min 12 secs'],
    [3600, '1 hr'],
    [7505, '2 hrs 5 mins'],
  ] as const;
  for (const [seconds, wanted] of durations) test(wanted, () => assert.equal(english.duration(seconds), wanted));
});

suite('days ago are counted as people count them', () => {
  const now = new Date('2026-11-18T06:00:00Z');
  const distances = [
    ['2026-11-18T05:59:20Z', '40 seconds ago'],
    ['2026-11-18T03:00:00Z', '3 hours ago'],
    ['2026-11-17T06:00:00Z', 'yesterday'],
    ['2026-11-16T21:59:00Z', '2 days ago'],
    ['2026-11-16T22:01:00Z', 'yesterday'],
    ['2026-11-25T06:00:00Z', 'in 7 days'],
    ['2026-08-01T06:00:00Z', '4 months ago'],
  ] as const;
  for (const [iso, wanted] of distances) test(`${iso}: ${wanted}`, () => assert.equal(english.ago(iso, now), wanted));

  test('across the night on which clocks change', () => {
    const monday = new Date('2026-10-26T07:00:00Z');
    assert.equal(english.ago('2026-10-23T22:30:00Z', monday), '2 days ago');
  });
});

test('the language is that of the first tag that is spoken', () => {
  assert.equal(findLanguage(['fr', 'de-AT', 'el']), 'de');
  assert.equal(findLanguage(['el_GR.UTF-8']), 'el');
  assert.equal(findLanguage(['fr', 'toString']), undefined);
  assert.deepEqual(
    languages.map((tag) => findLanguage([tag])),
    [...languages],
  );
});
