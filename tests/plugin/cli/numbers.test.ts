import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { createMoments } from '../../../plugin/cli/moments.ts';
import { pluralForm, writeNumber, writeTenths } from '../../../plugin/cli/numbers.ts';
import { createPage } from '../../../plugin/cli/page.ts';
import { openTexts } from '../../../plugin/cli/texts.ts';
import { languages } from '../../../plugin/domain/language.ts';
import { loadTexts, localTimeIn } from '../../support/run-larder.ts';

const now = Date.parse('2026-11-20T10:04:00Z');
const parts = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

for (const language of languages) {
  suite(`what is written without Intl, in ${language}, is what Intl writes`, () => {
    test('whole numbers and others', () => {
      const intl = new Intl.NumberFormat(language);
      const numbers = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -2000, max: 12_000 }), fc.double());
      fc.assert(fc.property(numbers, (value) => assert.equal(writeNumber(value, language), intl.format(value))));
    });

    test('tenths', () => {
      const intl = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      for (let thousandths = 0; thousandths < 12_000; thousandths += 1) {
        assert.equal(writeTenths(thousandths / 1000, language), intl.format(thousandths / 1000));
      }
    });

    test('forms of the plural', () => {
      const intl = new Intl.PluralRules(language);
      for (let count = 0; count < 1200; count += 1) assert.equal(pluralForm(count), intl.select(count));
    });

    test('days of the week and months', () => {
      const page = openPage(language, 'Europe/Athens');
      const intl = new Intl.DateTimeFormat(language, { ...parts, timeZone: 'Europe/Athens' });
      for (let week = 0; week < 60; week += 1) {
        const at = now + week * 6 * 86_400_000;
        const shown = new Map(intl.formatToParts(at).map(({ type, value }) => [type, value]));
        const date = [shown.get('weekday'), `${shown.get('day')}${language === 'de' ? '.' : ''}`, shown.get('month')];
        const clock = `${shown.get('hour')}:${shown.get('minute')}`;
        assert.equal(page.at(new Date(at).toISOString()), [...date, shown.get('year'), clock].join(' '));
        assert.equal(page.day(new Date(at).toISOString()), date.slice(1).join(' '));
      }
    });

    test('how long ago, and how long from now', () => {
      const page = openPage(language, 'UTC');
      const intl = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
      const seconds = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 30.44 * 86_400, year: 365.25 * 86_400 };
      const counts = [
        ['second', 1, 5, 60],
        ['minute', 2, 59],
        ['hour', 2, 35],
        ['day', 2, 59],
        ['month', 2, 22],
        ['year', 2, 40],
      ] as const;
      for (const [unit, ...all] of counts) {
        for (const count of all.flatMap((each) => [each, -each])) {
          const at = new Date(now + count * seconds[unit] * 1000).toISOString();
          assert.equal(page.ago(at), intl.format(count, unit));
        }
      }
    });
  });
}

test('a size has three digits at most', () => {
  const page = openPage('el', 'UTC');
  const sizes = [0, 999, 1000, 9949, 9950, 999_499, 999_500, 4.5e9, 999.6e15].map((bytes) => page.size(bytes));
  assert.deepEqual(sizes, ['0 B', '999 B', '1,0 kB', '9,9 kB', '10 kB', '999 kB', '1,0 MB', '4,5 GB', '1.000 PB']);
});

function openPage(language: (typeof languages)[number], timeZone: string) {
  const texts = openTexts(language, loadTexts);
  const moments = createMoments(texts, () => new Date(now), localTimeIn(timeZone));
  return createPage({ texts, moments, columns: 80, hasColour: false, hasUtf8: true });
}
