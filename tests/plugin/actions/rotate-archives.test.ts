import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { rotateArchives } from '../../../plugin/actions/rotate-archives.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import type { ArchiveRecord } from '../../../plugin/contracts/copy-ledger.ts';
import type { ArchiveStore } from '../../../plugin/contracts/archive-store.ts';
import { openLocalArchives } from '../../../plugin/destinations/local-archives.ts';
import type { Account } from '../../../plugin/domain/account.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { presets } from '../../../plugin/domain/retention-policy.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const day = 86_400_000;
const first = Date.parse('2026-08-01T01:30:00Z');
const nights = 100;
const account = { name: 'maria', generation: '1f00aa220000ffff' } as Account;
const folder = 'maria-1f00aa220000';
const today = Math.floor(first / day) + nights;

/** What was made just now, unless told. */
const newest = '2026-11-08T013000Z-diff-2026-11-07T013000Z';

/** A full one each week, and what differs in between. @returns a rotation, and how many archives are left. */
function open(root: string, own: object = {}, changes: Partial<ArchiveStore> = {}) {
  mkdirSync(join(root, folder));
  const stamp = (night: number): string => `${new Date(first + night * day).toISOString().slice(0, 10)}T013000Z`;
  for (let night = 0; night < nights; night += 1) {
    const full = night - (night % 7);
    const name = full === night ? `${stamp(night)}-full` : `${stamp(night)}-diff-${stamp(full)}`;
    for (const end of ['zip.age', 'index.age']) writeFileSync(join(root, folder, `${name}.${end}`), 'x');
  }
  const ledger: string[][] = [];
  const archivedAt: Date[] = [];
  return {
    ledger,
    archivedAt,
    left: () => readdirSync(join(root, folder)).filter((name) => name.endsWith('.zip.age')),
    async rotate(
      now: number,
      workedDays: readonly number[],
      policy = presets.policy,
      { made = newest, known = undefined as readonly string[] | undefined } = {},
    ): Promise<number> {
      const retention = { policy, exceptions: [], packages: [] };
      const services = {
        configuration: {
          destinations: [{ name: 'berlin', role: 'archives', kind: 'local', path: root, ...own }],
          retention,
          restore: { undoDays: 7 },
          schedule: { timeZone: 'UTC' },
        },
        clock: { now: () => new Date(now) },
        timetable: { workedDays: () => Promise.resolve(workedDays) },
        archives: {
          destination: 'berlin',
          openStore: () => Promise.resolve({ ...openLocalArchives(root, () => new Date()), ...changes }),
          identities: () => Promise.resolve([]),
          dropIndex: () => Promise.resolve(),
        },
        log: { warn() {} },
        copyLedger: {
          loadArchives: () => Promise.resolve(known && { archives: known }),
          saveArchives: (_destination: string, _generation: string, record: ArchiveRecord) => {
            ledger.push([...record.archives]);
            archivedAt.push(record.archivedAt);
            return Promise.resolve();
          },
        },
      };
      return (await rotateArchives(services as unknown as Services, account, made)).length;
    },
  };
}

const worked = Array.from({ length: nights + 1 }, (_, index) => today - index);
const now = first + nights * day;

suite('the rotation of archives', () => {
  test('lets go what the rules do not want, and keeps what that needs', async (t) => {
    const site = open(temporaryFolder(t));
    assert.ok((await site.rotate(now, worked)) > 70);
    const left = site.left();
    assert.ok(left.filter((name) => name >= '2026-10-28').length >= 12, 'of each of the twelve newest days');
    for (const name of left) {
      const [, of] = /-diff-(.*)\.zip/.exec(name) ?? [];
      if (of !== undefined) assert.ok(left.includes(`${of}-full.zip.age`), name);
    }
  });

  test('goes by rules of their own, where their destination has some', async (t) => {
    const rules = [{ kind: 'last', count: 3 }] as const;
    const site = open(temporaryFolder(t), { keep: { ...presets.policy, rules } });
    await site.rotate(now, worked);
    const differential = site.left().filter((name) => name.includes('-diff-'));
    assert.deepEqual([site.left().length, differential.length], [4, 2]); // one needs the full one of the week before
    assert.equal(site.ledger.at(-1)?.length, 4);
  });

  test('lets no good one go in favour of those whose full one is missing', async (t) => {
    const root = temporaryFolder(t);
    const site = open(root, { keep: { ...presets.policy, rules: [{ kind: 'last', count: 5 }] } });
    for (const end of ['zip.age', 'index.age']) rmSync(join(root, folder, `2026-10-31T013000Z-full.${end}`));
    await site.rotate(now, worked);
    const left = site.left().filter((name) => !name.includes('-diff-2026-10-31'));
    assert.deepEqual(
      left.map((name) => name.slice(0, 10)),
      ['2026-10-24', '2026-10-28', '2026-10-29', '2026-10-30', '2026-11-07', '2026-11-08'],
    );
  });

  test('lets no good one go in favour of those that were never read back', async (t) => {
    const site = open(temporaryFolder(t), { keep: { ...presets.policy, rules: [{ kind: 'last', count: 3 }] } });
    const isUnproven = (name: string): boolean => /^2026-11-0[56]/.test(name);
    const known = site.left().map((name) => name.replace('.zip.age', ''));
    await site.rotate(now, worked, presets.policy, { known: known.filter((name) => !isUnproven(name)) });
    const left = site.left().filter((name) => !isUnproven(name) && name.includes('-diff-'));
    assert.deepEqual(
      left.map((name) => name.slice(0, 10)),
      ['2026-11-04', '2026-11-08'],
    ); // and the full one of 2026-11-07
    assert.ok(!site.ledger.at(-1)?.some(isUnproven));
  });

  test('knows which one was made just now, also beside one that a wrong clock dated into the future', async (t) => {
    const root = temporaryFolder(t);
    const site = open(root);
    writeFileSync(join(root, folder, '2031-01-01T000000Z-full.zip.age'), 'x');
    const known = site.left().map((name) => name.replace('.zip.age', ''));
    await site.rotate(now, worked, presets.policy, { known: known.filter((name) => name !== newest) });
    assert.ok(site.ledger.at(-1)?.includes(newest));
    assert.deepEqual(site.archivedAt, [new Date('2026-11-08T01:30:00Z')]);
  });

  test('that the place does not let delete is no failure, and is not told to be done', async (t) => {
    const refuse = () => Promise.reject(new Failure('destination-refused', { destination: 'berlin', problem: 'no' }));
    const site = open(temporaryFolder(t), {}, { remove: refuse });
    assert.equal(await site.rotate(now, worked), 0);
    assert.equal(site.left().length, nights);
  });

  test('what is locked stays without failing, with the full one that it needs; the rest goes', async (t) => {
    const root = temporaryFolder(t);
    const isLocked = (key: string): boolean => key.includes('-diff-2026-08-08');
    const lockedUntil = (key: string) => Promise.resolve(isLocked(key) ? new Date(now + day) : undefined);
    const refuse = new Failure('destination-locked', { destination: 'berlin', object: 'o', until: 'tomorrow' });
    const local = openLocalArchives(root, () => new Date());
    const site = open(
      root,
      {},
      { lockedUntil, remove: (key) => (isLocked(key) ? Promise.reject(refuse) : local.remove(key)) },
    );
    assert.ok((await site.rotate(now, worked)) > 70);
    assert.equal(site.left().filter(isLocked).length, 6);
    assert.ok(site.left().includes('2026-08-08T013000Z-full.zip.age'));
    assert.ok(!site.left().some((name) => name.startsWith('2026-08-01')));
  });

  for (const [title, moment] of [
    ['ten years on', now + 3650 * day],
    ['a month back', now - 30 * day],
  ] as const) {
    test(`by a clock that jumped ${title} nothing goes, whatever the rules`, async (t) => {
      const site = open(temporaryFolder(t));
      const short = { ...presets.policy, rules: [{ kind: 'within', days: 5 }], dropAfterDays: 5 } as const;
      for (const policy of [presets.policy, short]) assert.equal(await site.rotate(moment, worked, policy), 0);
      assert.equal(site.left().length, nights);
      assert.equal(site.ledger.at(-1)?.length, nights);
      assert.ok((await site.rotate(now, worked, short)) > 80, 'when the clock is right again');
    });
  }

  test('keeps the nights’, however many sealed ones somebody asked for within a day', async (t) => {
    const root = temporaryFolder(t);
    const site = open(root);
    const asked = Array.from({ length: 50 }, (_, index) => new Date(now - 3_600_000 + index * 60_000));
    for (const time of asked) {
      const stamp = `${time.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
      writeFileSync(join(root, folder, `${stamp}-own-asked.zip.age`), 'x');
    }
    const rules = [{ kind: 'last', count: 7 }] as const;
    await site.rotate(now, worked, { ...presets.policy, rules });
    const left = site.left();
    assert.ok(left.filter((name) => !name.includes('-own')).length >= 7);
    assert.equal(left.filter((name) => name.includes('-own')).length, 5);
  });
});
