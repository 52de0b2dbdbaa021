import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHumanTime } from '../../../plugin/domain/human-time.ts';

const athens = 'Europe/Athens';
/** Friday 20 November 2026, 12:04 in Athens (UTC+2). */
const now = new Date('2026-11-20T10:04:00Z');

const understood: readonly (readonly [string, string])[] = [
  ['now', '2026-11-20T10:04:00.000Z'],
  ['today', '2026-11-20T21:59:59.999Z'],
  ['today 03:00', '2026-11-20T01:00:59.999Z'],
  ['yesterday', '2026-11-19T21:59:59.999Z'],
  ['Yesterday at 20:00', '2026-11-19T18:00:59.999Z'],
  ['20:00 yesterday', '2026-11-19T18:00:59.999Z'],
  ['yesterday 8pm', '2026-11-19T18:00:59.999Z'],
  ['yesterday 12 am', '2026-11-18T22:00:59.999Z'],
  ['yesterday 20:00:05', '2026-11-19T18:00:05.999Z'],
  ['11:00', '2026-11-20T09:00:59.999Z'],
  ['20:00', '2026-11-19T18:00:59.999Z'],
  ['3 hours ago', '2026-11-20T07:04:00.000Z'],
  ['an hour ago', '2026-11-20T09:04:00.000Z'],
  ['20min ago', '2026-11-20T09:44:00.000Z'],
  ['2 days ago', '2026-11-18T21:59:59.999Z'],
  ['2 days ago 20:00', '2026-11-18T18:00:59.999Z'],
  ['a week ago', '2026-11-13T21:59:59.999Z'],
  ['a month ago', '2026-10-20T20:59:59.999Z'],
  ['monday', '2026-11-16T21:59:59.999Z'],
  ['friday', '2026-11-13T21:59:59.999Z'],
  ['last friday 18:00', '2026-11-13T16:00:59.999Z'],
  ['18 Nov', '2026-11-18T21:59:59.999Z'],
  ['21 Nov', '2025-11-21T21:59:59.999Z'],
  ['29 feb', '2024-02-29T21:59:59.999Z'],
  ['18 Nov 2026 21:12', '2026-11-18T19:12:59.999Z'],
  ['Wed 18 Nov 2026 21:12', '2026-11-18T19:12:59.999Z'],
  ['November 18th, 2026 9:12 p.m.', '2026-11-18T19:12:59.999Z'],
  ['18.11.2026 21:12', '2026-11-18T19:12:59.999Z'],
  ['18/11/2026', '2026-11-18T21:59:59.999Z'],
  ['2026-11-18', '2026-11-18T21:59:59.999Z'],
  ['2026-11-18 21:12', '2026-11-18T19:12:59.999Z'],
  ['2026-11-18T21:12:05Z', '2026-11-18T21:12:05.999Z'],
  ['2026-11-18T21:12:05.5+02:00', '2026-11-18T19:12:05.500Z'],
  ['χθες', '2026-11-19T21:59:59.999Z'],
  ['χτες στις 20:00', '2026-11-19T18:00:59.999Z'],
  ['ΠΡΟΧΘΈΣ', '2026-11-18T21:59:59.999Z'],
  ['πριν από 3 ώρες', '2026-11-20T07:04:00.000Z'],
  ['2 μέρες πριν', '2026-11-18T21:59:59.999Z'],
  ['την Παρασκευή στις 8 μ.μ.', '2026-11-13T18:00:59.999Z'],
  ['18 Νοεμβρίου 2026 21:12', '2026-11-18T19:12:59.999Z'],
  ['gestern um 20 Uhr', '2026-11-19T18:00:59.999Z'],
  ['vor 2 Tagen', '2026-11-18T21:59:59.999Z'],
  ['letzten Freitag 18:00', '2026-11-13T16:00:59.999Z'],
  ['am 18. März 2026 um 9 Uhr', '2026-03-18T07:00:59.999Z'],
];

for (const [text, expected] of understood) {
  test(`“${text}” is understood`, () => {
    assert.equal(parseHumanTime(text, now, athens)?.toISOString(), expected);
  });
}

const refused = [
  '', ' ', 'soon', '31 feb', '12/25', 'thursday 18 Nov 2026', '25:00', 'yesterday 25:00', '13 pm', '2 days',
  'ago', '2026-13-01', '2026-02-30', '2026-11-18T24:00', 'yesterday yesterday', '18 Nov 1969', '99999 days ago',
  '9999 years ago', '3 hours ago 20:00', 'x'.repeat(1000), '2026-11-18T21:12 tomorrow', 'deadbeef',
]; // prettier-ignore
for (const text of refused) {
  test(`“${text.slice(0, 30)}” is not guessed at`, () => assert.equal(parseHumanTime(text, now, athens), undefined));
}

test('an hour that comes twice means the second one', () => {
  const found = parseHumanTime('25 Oct 2026 03:30', now, athens);
  assert.equal(found?.toISOString(), '2026-10-25T01:30:59.999Z');
});

test('an hour that the clock left out means the last moment before the jump', () => {
  const found = parseHumanTime('29 Mar 2026 03:30', now, athens);
  assert.equal(found?.toISOString(), '2026-03-29T00:59:59.999Z');
});

test('a day whose next midnight was left out ends where the clock jumps', () => {
  const found = parseHumanTime('2026-04-23', now, 'Africa/Cairo');
  assert.equal(found?.toISOString(), '2026-04-23T21:59:59.999Z');
});

test('a day is 23 or 25 hours long where the clock changes', () => {
  const endOf = (day: string) => parseHumanTime(day, now, athens)?.getTime() ?? 0;
  assert.equal(endOf('2026-03-29') - endOf('2026-03-28'), 23 * 3_600_000);
  assert.equal(endOf('2026-10-25') - endOf('2026-10-24'), 25 * 3_600_000);
});

test('times shown in each language are understood again', () => {
  const months = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2025, month, 11 + (month % 7), 9, 30)));
  for (const language of ['en', 'el', 'de']) {
    for (const date of months) {
      const options = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
      const parts = new Intl.DateTimeFormat(language, options).formatToParts(date);
      const text = parts.map(({ type, value }) => (type === 'literal' ? ' ' : value)).join('');
      assert.equal(parseHumanTime(`${text} 09:30`, now, 'UTC')?.getTime(), date.getTime() + 59_999, text);
    }
  }
});

test('any text gives a time or nothing, and never an error', () => {
  const word = fc.constantFrom(
    ...'yesterday 2 18 nov monday last ago days hours at 20:00 8 pm χθες πριν vor uhr 18.11. 2026 9999 0'.split(' '),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 6 }).map((list) => list.join(' ')),
  );
  const zone = fc.constantFrom(athens, 'UTC', 'Pacific/Apia', 'America/St_Johns', 'Australia/Lord_Howe');
  fc.assert(
    fc.property(text, zone, (typed, timeZone) => {
      const found = parseHumanTime(typed, now, timeZone);
      assert.ok(found === undefined || (found.getTime() >= 0 && found.getUTCFullYear() <= 9999));
    }),
  );
});
