import assert from 'node:assert/strict';
import test from 'node:test';
import { newestElsewhere } from '../../../plugin/actions/make-report.ts';
import type { PlaceLine } from '../../../plugin/protocol/inventory.ts';
import { recordedInventory } from '../../support/recorded-inventory.ts';

const [place] = recordedInventory['server-inventory'].accounts.flatMap(({ places }) => places);
if (place === undefined) throw new Error('some were recorded');
const at = (newestAt: string | undefined, more: Partial<PlaceLine> = {}): PlaceLine => {
  return { ...place, offsite: 'yes', lost: 0, newestAt, ...more };
};

test('the newest elsewhere is that of any place elsewhere, and of none from which somebody deleted', () => {
  const places = [
    at('2026-11-18T00:00:00.000Z'),
    at('2026-11-20T00:00:00.000Z', { offsite: 'no' }),
    at('2026-11-21T00:00:00.000Z', { offsite: 'unknown' }),
    at('2026-11-22T00:00:00.000Z', { lost: 1 }),
    at('2026-11-19T00:00:00.000Z'),
    at(undefined),
  ];
  assert.equal(newestElsewhere({ places }), '2026-11-19T00:00:00.000Z');
  assert.equal(newestElsewhere({ places: [at(undefined)] }), undefined);
});
