import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMoments } from '../../../plugin/cli/moments.ts';
import { createPage } from '../../../plugin/cli/page.ts';
import type { Page } from '../../../plugin/cli/page.ts';
import { createProgress } from '../../../plugin/cli/progress.ts';
import type { Texts } from '../../../plugin/cli/texts.ts';
import { openTexts } from '../../../plugin/cli/texts.ts';
import type { Progress } from '../../../plugin/protocol/requests.ts';
import { doneReport } from '../../support/recorded-reports.ts';
import { loadTexts, localTimeIn } from '../../support/run-larder.ts';

const now = () => new Date('2026-11-20T10:04:00Z');
const texts: Texts = openTexts('en', loadTexts);
const moments = createMoments(texts, now, localTimeIn('UTC'));
const page = (columns: number): Page => createPage({ texts, moments, columns, hasColour: false, hasUtf8: true });

const advance = (account: string, bytes: number, bytesTotal?: number): Progress => {
  return { kind: 'advance', step: 'backup', account, items: 7, itemsTotal: undefined, bytes, bytesTotal };
};

/** The lines drawn when each piece of progress comes so many milliseconds after the one before. */
function draw(pieces: readonly Progress[], milliseconds: number, columns = 120): string[] {
  const lines: string[] = [];
  let elapsed = 0;
  const elapsedMilliseconds = () => (elapsed += milliseconds);
  const show = createProgress({ page: page(columns), elapsedMilliseconds, draw: (line) => lines.push(line) });
  pieces.forEach(show);
  return lines;
}

test('the line is drawn at most ten times a second', () => {
  const pieces = Array.from({ length: 1000 }, (_, index) => advance('maria', index));
  assert.equal(draw(pieces, 1).length, 10);
});

test('many accounts share one line, and nobody guesses how much is left', () => {
  const pieces: Progress[] = [
    { kind: 'account-started', account: 'maria' },
    advance('maria', 1e9, 2e9),
    { kind: 'account-finished', report: doneReport },
    advance('nikos', 2e8, 4e8),
    advance('anna', 3e8),
  ];
  assert.equal(draw(pieces, 1000).at(-1), '1 account done  nikos, anna  500 MB  375 MB/s');
});

test('the rate is that of the last ten seconds', () => {
  const pieces = Array.from({ length: 40 }, (_, index) => advance('maria', index < 20 ? 0 : (index - 19) * 1e6, 1e9));
  assert.match(draw(pieces, 1000).at(-1) ?? '', /20 MB of 1\.0 GB {2}1\.0 MB\/s {2}16 min 20 s left$/);
});

test('the line never reaches the edge of the terminal', () => {
  for (const columns of [20, 40, 60]) {
    assert.ok((draw([advance('maria', 1, 10)], 1000, columns)[0] ?? '').length < columns);
  }
});

const distances: readonly (readonly [string, string])[] = [
  ['2026-11-20T10:03:30Z', '30 seconds ago'],
  ['2026-11-20T09:04:00Z', '60 minutes ago'],
  ['2026-11-20T07:04:00Z', '3 hours ago'],
  ['2026-11-18T10:04:00Z', '2 days ago'],
  ['2026-08-20T10:04:00Z', '3 months ago'],
  ['2023-11-20T10:04:00Z', '3 years ago'],
  ['no time', ''],
];
for (const [iso, words] of distances) {
  test(`${iso} is ${words === '' ? 'not told' : words}`, () => assert.equal(moments.ago(iso), words));
}

const sizes: readonly (readonly [number, string])[] = [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [9951, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [4.2e12, '4.2 TB'],
  [5e18, '5,000 PB'],
];
for (const [bytes, shown] of sizes) {
  test(`${bytes} bytes are ${shown}`, () => assert.equal(page(80).size(bytes), shown));
}

const durations: readonly (readonly [number, string])[] = [
  [0.4, 'under 1 s'],
  [8.2, '8 s'],
  [59.7, '1 min 0 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
];
for (const [seconds, shown] of durations) {
  test(`${seconds} seconds are ${shown}`, () => assert.equal(page(80).duration(seconds), shown));
}
