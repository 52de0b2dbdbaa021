import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Records, RepositoryRecord, RunRecord } from '../../plugin/contracts/records.ts';
import type { Account } from '../../plugin/domain/account.ts';
import { anAccount } from '../support/an-account.ts';
import {
  parseAccountName,
  parseGeneration,
  parseRepositoryId,
  parseServerId,
  parseSnapshotId,
  type Generation,
  type ServerId,
} from '../../plugin/domain/ids.ts';

/** Where the records of one test are kept: every `open` of it reaches the same records. */
export interface RecordsPlace {
  open(server: ServerId): Promise<Records>;
}

export const serverA = parseServerId('a'.repeat(32));
export const serverB = parseServerId('b'.repeat(32));
export const noon = new Date('2026-11-21T12:00:00.123Z');

/** What every implementation of `plugin/contracts/records.ts` promises. */
export function testRecords(title: string, makePlace: (context: TestContext) => RecordsPlace): void {
  const open = async (context: TestContext, server = serverA, place = makePlace(context)): Promise<Records> => {
    const records = await place.open(server);
    context.after(() => records.close());
    return records;
  };

  suite(title, () => {
    test('a new account gets a generation and keeps what the panel says', async (t) => {
      const records = await open(t);
      const seen = {
        ...anAccount('maria', 20001),
        databases: ['maria_shop'],
        email: 'm@example.gr',
        trustedUids: [33],
      };
      const [account] = await records.recordAccounts([seen], noon);
      assert.match(String(account?.generation), /^[0-9a-f]{32}$/);
      assert.deepEqual(account, { ...seen, generation: account?.generation });
    });

    test('accounts come back in the order of their names', async (t) => {
      const accounts = await (
        await open(t)
      ).recordAccounts([anAccount('b', 2), anAccount('a', 3), anAccount('C', 1)], noon);
      assert.deepEqual(
        accounts.map(({ name }) => name),
        ['C', 'a', 'b'],
      );
    });

    test('no accounts are no accounts', async (t) =>
      assert.deepEqual(await (await open(t)).recordAccounts([], noon), []));

    for (const { title: sentence, nights, isSame } of generationCases) {
      test(sentence, async (t) => {
        const records = await open(t);
        const found: Account[][] = [];
        for (const night of nights) found.push(await records.recordAccounts(night, noon));
        const first = found[0]?.[0]?.generation;
        const last = found.at(-1)?.[0]?.generation;
        assert.ok(first !== undefined && last !== undefined);
        assert.equal(first === last, isSame);
      });
    }

    test('names that differ in case only are two accounts', async (t) => {
      const accounts = await (await open(t)).recordAccounts([anAccount('maria', 1), anAccount('Maria', 1)], noon);
      assert.equal(new Set(accounts.map(({ generation }) => generation)).size, 2);
    });

    test('many accounts are recorded at once', async (t) => {
      const records = await open(t);
      const seen = Array.from({ length: 1203 }, (_, index) => anAccount(`account${index}`, 1000 + index));
      const first = await records.recordAccounts(seen, noon);
      assert.equal(new Set(first.map(({ generation }) => generation)).size, seen.length);
      await records.recordAccounts([], noon);
      assert.deepEqual(await records.recordAccounts(seen, noon), first);
    });

    test('calls at the same time never make two generations for one account', async (t) => {
      const place = makePlace(t);
      const all: Records[] = [];
      for (let number = 0; number < 4; number += 1) all.push(await open(t, serverA, place));
      const seen = Array.from({ length: 20 }, (_, index) => anAccount(`account${index}`, 1000 + index));
      const answers = await Promise.all([...all, ...all].map((records) => records.recordAccounts(seen, noon)));
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
    });

    test('a generation belongs to one name and uid, whatever comes and goes', async (t) => {
      const records = await open(t);
      const generations = new Map<string, Generation>();
      const anyNight = fc.uniqueArray(
        fc.record({ name: fc.constantFrom('a', 'b', 'c'), uid: fc.integer({ min: 1, max: 3 }) }),
        {
          selector: ({ name }) => name,
        },
      );
      await fc.assert(
        fc.asyncProperty(anyNight, async (night) => {
          const accounts = await records.recordAccounts(
            night.map(({ name, uid }) => anAccount(name, uid)),
            noon,
          );
          assert.equal(accounts.length, night.length);
          for (const { name, uid, generation } of accounts) {
            assert.equal(generations.get(`${name}:${uid}`) ?? generation, generation);
            generations.set(`${name}:${uid}`, generation);
          }
        }),
        { numRuns: 30 },
      );
      assert.equal(new Set(generations.values()).size, generations.size);
    });

    test('the same name and uid on another server is another customer', async (t) => {
      const place = makePlace(t);
      const [one] = await (await open(t, serverA, place)).recordAccounts([anAccount('maria', 20001)], noon);
      const onB = await open(t, serverB, place);
      const [other] = await onB.recordAccounts([anAccount('maria', 20001)], noon);
      assert.notEqual(one?.generation, other?.generation);
      const [again] = await (await open(t, serverA, place)).recordAccounts([anAccount('maria', 20001)], noon);
      assert.equal(again?.generation, one?.generation);
    });

    test('a repository is found under its account generation and destination', async (t) => {
      const records = await open(t);
      const record = aRepository('1');
      await records.addRepository(record);
      assert.deepEqual(await records.findRepository(record.generation, 'local'), record);
      assert.equal(await records.findRepository(record.generation, 'Local'), undefined);
      assert.equal(await records.findRepository(parseGeneration('2'.repeat(32)), 'local'), undefined);
    });

    test('every repository of this server is listed, also of an account that is gone and of the server itself', async (t) => {
      const place = makePlace(t);
      const records = await open(t, serverA, place);
      const [maria] = await records.recordAccounts([anAccount('maria', 20001)], noon);
      const [other] = await (await open(t, serverB, place)).recordAccounts([anAccount('nora', 20002)], noon);
      const of = (generation: Generation, digit: string, destination = 'local'): RepositoryRecord => {
        return { ...aRepository(digit), generation, destination };
      };
      const gone = maria?.generation ?? parseGeneration(serverA);
      const own = [of(gone, '1'), of(gone, '1', 'cloud'), of(parseGeneration(serverA), '2')];
      for (const record of own) await records.addRepository(record);
      await records.addRepository(of(other?.generation ?? gone, '3'));
      await records.recordAccounts([], noon);
      const listed = await records.listRepositories();
      assert.deepEqual(
        new Set(listed.map((one) => JSON.stringify(one))),
        new Set(own.map((one) => JSON.stringify(one))),
      );
      assert.equal(listed.length, own.length);
    });

    test('a second repository for the same place is refused and the first one stays', async (t) => {
      const records = await open(t);
      const record = aRepository('1');
      await records.addRepository(record);
      await assert.rejects(records.addRepository({ ...record, repositoryId: parseRepositoryId('9'.repeat(64)) }));
      assert.deepEqual(await records.findRepository(record.generation, 'local'), record);
    });

    test('what was recorded is there after the records are opened again', async (t) => {
      const place = makePlace(t);
      const first = await place.open(serverA);
      const [account] = await first.recordAccounts([anAccount('maria', 20001)], noon);
      await first.addRepository(aRepository('1'));
      await first.close();
      const second = await open(t, serverA, place);
      assert.deepEqual(await second.findRepository(parseGeneration('1'.repeat(32)), 'local'), aRepository('1'));
      assert.deepEqual(await second.recordAccounts([anAccount('maria', 20001)], noon), [account]);
    });

    test('an account that was never backed up has no last run', async (t) => {
      const records = await open(t);
      await records.recordAccounts([anAccount('maria', 20001)], noon);
      assert.equal((await records.lastRuns()).size, 0);
    });

    test('the last run of an account is the newest that succeeded', async (t) => {
      const records = await open(t);
      const [maria, nikos] = await recordTwo(records);
      const good = aRun(maria, 10);
      await records.addRun(good);
      await records.addRun(aRun(maria, 5));
      await records.addRun({ ...aRun(maria, 20), snapshotId: undefined, failureCode: 'no-space' });
      await records.addRun({ ...aRun(maria, 30), kind: 'partial' });
      await records.addRun({ ...aRun(maria, 40), kind: 'database' });
      await records.addRun(aRun(nikos, 1));
      assert.deepEqual(
        await records.lastRuns(),
        new Map([
          [maria, good],
          [nikos, aRun(nikos, 1)],
        ]),
      );
    });

    test('an account whose runs all failed has no last run', async (t) => {
      const records = await open(t);
      const [maria] = await recordTwo(records);
      await records.addRun({ ...aRun(maria, 1), snapshotId: undefined, failureCode: 'home-unreadable' });
      assert.equal((await records.lastRuns()).size, 0);
    });

    test('runs that end in the same millisecond are all kept', async (t) => {
      const records = await open(t);
      const [maria] = await recordTwo(records);
      await records.addRun(aRun(maria, 1));
      await records.addRun({ ...aRun(maria, 1), destination: 'second' });
      assert.equal((await records.lastRuns()).size, 1);
    });

    test('counts are exact up to the largest whole number', async (t) => {
      const records = await open(t);
      const [maria] = await recordTwo(records);
      const run = { ...aRun(maria, 1), bytesTotal: Number.MAX_SAFE_INTEGER, bytesAdded: 2 ** 40 + 1 };
      await records.addRun(run);
      assert.deepEqual((await records.lastRuns()).get(maria), run);
    });

    test('runs on other servers are not shown', async (t) => {
      const place = makePlace(t);
      const onA = await open(t, serverA, place);
      const [maria] = await recordTwo(onA);
      await onA.addRun(aRun(maria, 1));
      assert.equal((await (await open(t, serverB, place)).lastRuns()).size, 0);
    });
  });
}

const maria = anAccount('maria', 20001);
const generationCases = [
  { title: 'an account keeps its generation', nights: [[maria], [maria]], isSame: true },
  {
    title: 'an account keeps it when its home moves',
    nights: [[maria], [{ ...maria, home: '/new', gid: 7 }]],
    isSame: true,
  },
  {
    title: 'another uid under the same name is another customer',
    nights: [[maria], [{ ...maria, uid: 20009 }]],
    isSame: false,
  },
  {
    title: 'a uid under another name is another customer',
    nights: [[maria], [anAccount('nikos', 20001)]],
    isSame: false,
  },
  { title: 'an account that comes back keeps its generation', nights: [[maria], [], [], [maria]], isSame: true },
  {
    title: 'a first customer who comes back is himself',
    nights: [[maria], [{ ...maria, uid: 7 }], [maria]],
    isSame: true,
  },
];

export function aRepository(digit: string): RepositoryRecord {
  return {
    repositoryId: parseRepositoryId(digit.repeat(64)),
    generation: parseGeneration(digit.repeat(32)),
    accountName: parseAccountName('maria'),
    destination: 'local',
    folder: 'maria-1f00aa22',
    createdAt: noon,
  };
}

/** A run that ended `minutes` after noon. */
export function aRun(generation: Generation, minutes: number): RunRecord {
  return {
    generation,
    destination: 'local',
    kind: 'nightly',
    startedAt: noon,
    finishedAt: new Date(noon.getTime() + minutes * 60_000),
    snapshotId: parseSnapshotId('5'.repeat(64)),
    failureCode: undefined,
    filesTotal: 1200,
    bytesTotal: 5_000_000_000,
    bytesAdded: 7,
    skipped: 3,
  };
}

async function recordTwo(records: Records): Promise<[Generation, Generation]> {
  const [first, second] = await records.recordAccounts([anAccount('maria', 20001), anAccount('nikos', 20002)], noon);
  assert.ok(first !== undefined && second !== undefined);
  return [first.generation, second.generation];
}
