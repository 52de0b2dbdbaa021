import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { createFormats } from '../../../plugin/domain/formats.ts';
import type { AccountProof, AlertLine } from '../../../plugin/protocol/proof.ts';
import { presentAges } from '../../../plugin/web/presenters/age-chart.ts';
import { accountFilters, presentAccounts } from '../../../plugin/web/presenters/host-accounts.ts';
import { presentNeeds } from '../../../plugin/web/presenters/host-needs.ts';
import { presentOverview } from '../../../plugin/web/presenters/host-overview.ts';
import { presentStorage } from '../../../plugin/web/presenters/storage-chart.ts';
import { recordedProof } from '../../support/recorded-proof.ts';

const formats = createFormats('en', 'Europe/Athens');
const now = new Date('2026-11-20T10:00:00Z');
const hour = 3_600_000;
const report = recordedProof.report;
const [maria] = report.accounts;
if (maria === undefined) throw new Error('one was recorded');

/** An account whose newest good backup is so old; undefined: it has none. */
const aged = (account: string, hours: number | undefined, more: Partial<AccountProof> = {}): AccountProof => ({
  ...maria,
  account,
  lastGoodAt: hours === undefined ? undefined : new Date(now.getTime() - hours * hour).toISOString(),
  ...more,
});
const some = [aged('fresh', 3), aged('late', 25.5), aged('missed', 40), aged('never', undefined), aged('old', 400)];
const list = (options: Partial<Parameters<typeof presentAccounts>[1]> = {}, accounts = some) =>
  presentAccounts(accounts, { filter: 'all', name: '', page: 1, perPage: 50, formats, now, ...options });
const names = (options: Parameters<typeof list>[0]) => list(options).rows.map(({ name }) => name);

suite('the accounts of a server', () => {
  test('stand with the oldest good backup first, and before it those that never had one', () => {
    assert.deepEqual(names({}), ['never', 'old', 'missed', 'late', 'fresh']);
  });

  test('are found by a part of the name and by what is wrong with them', () => {
    assert.deepEqual(names({ name: 'e' }), ['never', 'missed', 'late', 'fresh']);
    assert.deepEqual(names({ filter: 'past' }), ['never', 'old', 'missed']);
    assert.deepEqual(names({ filter: 'late' }), ['late']);
    assert.deepEqual(list({ name: 'e' }).counts, { all: 4, past: 2, late: 1, copy: 0, proof: 0 });
  });

  test('come page by page: each of them once, whatever the filter, and no page is beyond the last', () => {
    const states = fc.record({
      hours: fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
      copy: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(states, { maxLength: 40 }), fc.constantFrom(...accountFilters), (drawn, filter) => {
        const accounts = drawn.map(({ hours, copy }, index) => {
          return aged(`a${index}`, hours, { rules: { ...maria.rules, oneOffsite: copy ? 'yes' : 'no' } });
        });
        const whole = list({ filter }, accounts);
        const paged = Array.from({ length: list({ filter, perPage: 7 }, accounts).pages }, (_, index) => {
          return list({ filter, perPage: 7, page: index + 1 }, accounts).rows;
        }).flat();
        assert.deepEqual(paged, whole.rows);
        assert.equal(whole.found, whole.counts[filter]);
        const beyond = list({ filter, perPage: 7, page: 999 }, accounts);
        assert.equal(beyond.page, beyond.pages);
      }),
      { numRuns: 50 },
    );
  });

  test('tell how far they are from the goal, and what was proven of them', () => {
    const [row] = list({}, [aged('a', 13, { lastDrill: 'failed', filesProvenAt: '2026-11-12T03:10:00.000Z' })]).rows;
    assert.deepEqual([row?.bar, row?.tone, row?.age, row?.goal], [25, 'ok', '13 hrs', '1 day 2 hrs']);
    assert.deepEqual([row?.proven, row?.provenWord], ['12 Nov 2026', 'failed']);
    const [never] = list({ filter: 'past' }).rows;
    assert.deepEqual([never?.bar, never?.tone, never?.age, never?.lastGood], [100, 'bad', undefined, undefined]);
  });
});

suite('what needs a person', () => {
  const alert = (kind: AlertLine['kind'], account: string | undefined, more: Partial<AlertLine> = {}): AlertLine => ({
    key: `${kind}:${account}`,
    kind,
    severity: 'failure',
    account,
    since: '2026-11-20T08:00:00.000Z',
    resolvedAt: undefined,
    facts: {},
    ...more,
  });
  const needs = (
    alerts: readonly AlertLine[],
    recommendations: typeof report.recommendations = [],
    pages: readonly string[] = ['/host/accounts'],
  ) => presentNeeds(alerts, recommendations, { formats, now, isPage: (path) => pages.includes(path) });

  test('is one line for each kind of thing, however many accounts it is about', () => {
    const many = Array.from({ length: 900 }, (_, index) => alert('backup-missed', `a${index}`));
    const [only, ...rest] = needs(many);
    assert.deepEqual([only?.count, only?.names, only?.since], [900, 'a0, a1, a2, a3, a4 …', '2 hours ago']);
    assert.equal(rest.length, 0);
  });

  test('stands with failures first, and leads to a page that is there or else to a command', () => {
    const found = needs([
      alert('storage-low', undefined, { severity: 'warning', facts: { destination: 'disk' } }),
      alert('drill-failed', 'nikos'),
      alert('backup-missed', 'maria'),
    ]);
    assert.deepEqual(
      found.map(({ kind, tone, to, names: about }) => [kind, tone, to, about]),
      [
        ['drill-failed', 'bad', undefined, 'nikos'],
        ['backup-missed', 'bad', '/host/accounts?show=past', 'maria'],
        ['storage-low', 'warn', undefined, 'disk'],
      ],
    );
    assert.equal(found[0]?.command, 'larder --account nikos drills');
    assert.equal(needs([alert('drill-failed', 'nikos')], [], ['/host/drills'])[0]?.to, '/host/drills');
  });

  test('tells apart who waits for a drill again from who never had one, and tells neither twice', () => {
    const overdue = (account: string, facts: AlertLine['facts']) => {
      return alert('drill-overdue', account, { severity: 'warning', facts });
    };
    const found = needs(
      [overdue('maria', { days: 30, lastDrillAt: '2026-09-20T08:00:00.000Z' }), overdue('nikos', { days: 30 })],
      [{ kind: 'never-drilled', count: 1, names: ['nikos'] }],
    );
    assert.deepEqual(
      found.map(({ kind, names: about }) => [kind, about]),
      [
        ['drill-overdue', 'maria'],
        ['never-drilled', 'nikos'],
      ],
    );
  });

  test('is told once where the report recommends what an alert says already, and not when it is over', () => {
    const recommendations = [
      { kind: 'late', count: 7, names: ['a', 'b'] },
      { kind: 'no-offsite', count: 1, names: ['a'] },
    ] as const;
    const kinds = (alerts: readonly AlertLine[]) => needs(alerts, recommendations).map(({ kind }) => kind);
    assert.deepEqual(kinds([alert('backup-missed', 'a')]), ['backup-missed', 'no-offsite']);
    assert.deepEqual(needs([], recommendations)[0]?.names, 'a, b …');
    const over = alert('backup-failed', 'a', { resolvedAt: '2026-11-20T09:00:00.000Z' });
    assert.deepEqual(kinds([over]), ['backup-missed', 'no-offsite']);
  });
});

suite('the server at a glance', () => {
  const overview = (accounts: readonly AccountProof[]) => presentOverview({ ...report, accounts }, formats, now);

  test('counts what is fresh, late, past its goal and without any backup, and rounds nothing up to all', () => {
    const { states, fresh } = overview(some);
    assert.deepEqual([states, fresh], [{ fresh: 1, late: 1, missed: 2, never: 1 }, '40%']);
    const most = [...Array.from({ length: 999 }, (_, index) => aged(`a${index}`, 1)), aged('b', 100)];
    assert.equal(overview(most).fresh, '99%');
    assert.equal(overview([]).fresh, undefined);
  });

  test('counts what was copied elsewhere within a day', () => {
    const at = (hours: number) => new Date(now.getTime() - hours * hour).toISOString();
    const { offsite } = overview([
      aged('a', 1, { offsiteAt: at(23.9) }),
      aged('b', 1, { offsiteAt: at(24.1) }),
      aged('c', 1, { offsiteAt: undefined }),
    ]);
    assert.deepEqual(offsite, { done: 1, any: 2 });
  });

  test('draws each account with a backup once, in the bar of its age, and all that are older in the last', () => {
    const chart = presentAges(some, formats, now);
    assert.deepEqual(
      chart.bars.flatMap(({ parts }, place) => parts.map(({ tone }) => [place, tone])),
      [
        [1, 'bar'],
        [8, 'warn'],
        [13, 'bad'],
        [19, 'bad'],
      ],
    );
    assert.deepEqual([chart.step, chart.goal?.text, chart.oldest], ['3 hrs', '1 day 2 hrs', '16 days 16 hrs']);
    assert.equal(presentAges([...some, aged('x', 1, { rpoHours: 6 })], formats, now).goal, undefined);
    assert.equal(presentAges([], formats, now).oldest, undefined);
  });
});

suite('a destination that fills', () => {
  const days = Array.from({ length: 10 }, (_, index) => ({
    day: `2026-11-${11 + index}`,
    bytesStored: 1e9 * (10 + index),
    bytesFree: 1e9 * (30 - index),
  }));
  const disk = { destination: 'disk', bytesStored: 19e9, bytesFree: 21e9, growthPerDay: 1e9, daysLeft: 21.4, days };

  test('is a line, and where it goes on to', () => {
    const { picture, daysLeft, perDay } = presentStorage(disk, formats);
    assert.deepEqual([daysLeft, perDay], [21, '+1 GB']);
    assert.ok(picture !== undefined);
    assert.match(picture.line, /^M 0 [\d.]+( L [\d.]+ [\d.]+){9}$/);
    assert.match(picture.trend, /^M 90 [\d.]+ L 180 [\d.]+$/);
    assert.deepEqual([picture.from, picture.until, picture.full?.text], ['11 Nov', '29 Nov', '40 GB']);
  });

  test('is not drawn from a single day, and the end of a large empty disk is out of sight', () => {
    assert.equal(presentStorage({ ...disk, days: days.slice(-1) }, formats).picture, undefined);
    assert.equal(presentStorage({ ...disk, bytesFree: 9e12 }, formats).picture?.full, undefined);
    assert.equal(presentStorage({ ...disk, daysLeft: 4000 }, formats).daysLeft, undefined);
  });

  test('stays within its picture, whatever was measured', () => {
    const bytes = fc.double({ min: 0, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: 2, maxLength: 10 }),
        bytes,
        fc.double({ min: -1e13, max: 1e13, noNaN: true }),
        (stored, free, growthPerDay) => {
          const measured = stored.map((bytesStored, index) => ({
            day: `2026-11-${11 + index}`,
            bytesStored,
            bytesFree: free,
          }));
          const last = stored.at(-1) ?? 0;
          const { picture } = presentStorage(
            { ...disk, days: measured, bytesStored: last, bytesFree: free, growthPerDay },
            formats,
          );
          const numbers = [...`${picture?.line} ${picture?.area} ${picture?.trend}`.matchAll(/-?[\d.]+/g)].map(Number);
          assert.ok(numbers.length > 0);
          for (const number of numbers) assert.ok(number >= 0 && number <= 180, `${number}`);
        },
      ),
      { numRuns: 50 },
    );
  });
});
