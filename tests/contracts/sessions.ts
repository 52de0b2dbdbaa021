import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { SessionGrant, Sessions } from '../../plugin/contracts/sessions.ts';
import { parseGeneration } from '../../plugin/domain/ids.ts';
import { serverB, type MetadataPlace } from '../support/metadata-place.ts';

const noon = new Date('2026-11-21T12:00:00.000Z');
const generation = parseGeneration('1'.repeat(32));
const hash = 'a'.repeat(64);
const other = 'b'.repeat(64);
const grants: readonly SessionGrant[] = [
  { role: 'account', generation },
  { role: 'staff', generation, staff: 'Ελένη', ticket: '#4711', reason: 'broken site 🗄' },
  { role: 'admin', staff: 'root' },
];
const [grant = { role: 'admin', staff: 'x' }] = grants;
const times = { startsAt: noon, expiresAt: after(3600), idleMilliseconds: 900_000 };

/** What every implementation of `plugin/contracts/sessions.ts` promises. */
export function testSessions(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  const open = async (context: TestContext): Promise<Sessions> => (await makePlace(context).open()).sessions;

  suite(title, () => {
    for (const given of grants) {
      test(`a login link and a session give the rights of the role ${given.role} as they were granted`, async (t) => {
        const sessions = await open(t);
        await sessions.addLogin(hash, given, after(60));
        assert.deepEqual(await sessions.useLogin(hash, noon), given);
        await sessions.add(hash, given, times);
        assert.deepEqual((await sessions.use(hash, noon))?.grant, given);
      });
    }

    test('a login link works once', async (t) => {
      const sessions = await open(t);
      await sessions.addLogin(hash, grant, after(60));
      assert.deepEqual(await sessions.useLogin(hash, noon), grant);
      assert.equal(await sessions.useLogin(hash, noon), undefined);
    });

    test('a login link works until it expires, and one that comes too late is used up', async (t) => {
      const sessions = await open(t);
      await sessions.addLogin(hash, grant, after(60));
      await sessions.addLogin(other, grant, after(60));
      assert.deepEqual(await sessions.useLogin(hash, after(59.999)), grant);
      assert.equal(await sessions.useLogin(other, after(60)), undefined);
      assert.equal(await sessions.useLogin(other, noon), undefined);
    });

    test('of 20 callers with one link at once exactly one is signed in, but of naive ones several', async (t) => {
      const place = makePlace(t);
      const all: Sessions[] = [];
      for (let number = 0; number < 4; number += 1) all.push((await place.open()).sessions);
      for (let round = 0; round < 10; round += 1) {
        await all[0]?.addLogin(hash, grant, after(60));
        const uses = Array.from({ length: 5 }, () => all.map((sessions) => sessions.useLogin(hash, noon))).flat();
        const winners = (await Promise.all(uses)).filter((won) => won !== undefined);
        assert.deepEqual(winners, [grant]);
      }
      await all[0]?.addLogin(hash, grant, after(60));
      assert.equal(await useNaively(place, 4), 4);
    });

    test('what nobody made is unknown', async (t) => {
      const sessions = await open(t);
      await sessions.addLogin(hash, grant, after(60));
      await sessions.add(hash, grant, times);
      for (const secret of ['', other, hash.toUpperCase(), `${hash} `.slice(1), "' OR '1'='1"]) {
        assert.equal(await sessions.useLogin(secret, noon), undefined);
        assert.equal(await sessions.use(secret, noon), undefined);
      }
    });

    test('a login link is no session and a session is no login link', async (t) => {
      const sessions = await open(t);
      await sessions.addLogin(hash, grant, after(60));
      await sessions.add(other, grant, times);
      assert.equal(await sessions.use(hash, noon), undefined);
      assert.equal(await sessions.useLogin(other, noon), undefined);
    });

    test('a session that is used stays until it expires', async (t) => {
      const sessions = await open(t);
      await sessions.add(hash, grant, times);
      for (let minute = 0; minute < 60; minute += 14) {
        assert.deepEqual((await sessions.use(hash, after(minute * 60)))?.grant, grant, `minute ${minute}`);
      }
      assert.deepEqual((await sessions.use(hash, after(3599)))?.grant, grant);
      assert.equal(await sessions.use(hash, after(3600)), undefined);
    });

    test('a session that is not used for as long as it may idle has ended', async (t) => {
      const sessions = await open(t);
      await sessions.add(hash, grant, times);
      await sessions.add(other, grant, times);
      assert.deepEqual((await sessions.use(hash, after(899)))?.grant, grant);
      assert.equal(await sessions.use(other, after(900)), undefined);
      assert.deepEqual((await sessions.use(hash, after(899 + 899)))?.grant, grant);
      assert.equal(await sessions.use(hash, after(899 + 899 + 900)), undefined);
    });

    test('a session that was ended has ended at once, and others have not', async (t) => {
      const place = makePlace(t);
      const { sessions } = await place.open();
      const elsewhere = (await place.open()).sessions;
      await sessions.add(hash, grant, times);
      await sessions.add(other, grant, times);
      await sessions.end(hash);
      await sessions.end(hash);
      assert.equal(await elsewhere.use(hash, noon), undefined);
      assert.deepEqual((await elsewhere.use(other, noon))?.grant, grant);
    });

    test('a second session with the same secret is refused and the first stays', async (t) => {
      const sessions = await open(t);
      await sessions.add(hash, grant, times);
      await assert.rejects(sessions.add(hash, { role: 'admin', staff: 'x' }, times));
      assert.deepEqual((await sessions.use(hash, noon))?.grant, grant);
    });

    test('what has expired is forgotten and nothing else', async (t) => {
      const place = makePlace(t);
      const { sessions } = await place.open();
      await sessions.addLogin(hash, grant, after(60));
      await sessions.addLogin(other, grant, after(61));
      await sessions.add(hash, grant, { ...times, idleMilliseconds: 60_000 });
      await sessions.add(other, grant, { ...times, expiresAt: after(60) });
      await sessions.add('c'.repeat(64), grant, times);
      await sessions.removeExpired(after(60));
      assert.deepEqual(await hashesIn(place, 'logins'), [other]);
      assert.deepEqual(await hashesIn(place, 'sessions'), ['c'.repeat(64)]);
    });

    test('what one server made is unknown on another', async (t) => {
      const place = makePlace(t);
      const here = (await place.open()).sessions;
      const there = (await place.open(serverB)).sessions;
      await here.addLogin(hash, grant, after(60));
      await here.add(hash, grant, times);
      assert.equal(await there.useLogin(hash, noon), undefined);
      assert.equal(await there.use(hash, noon), undefined);
      await there.end(hash);
      await there.removeExpired(after(9999));
      assert.deepEqual(await here.useLogin(hash, noon), grant);
      assert.deepEqual((await here.use(hash, noon))?.grant, grant);
    });
  });
}

function after(seconds: number): Date {
  return new Date(noon.getTime() + seconds * 1000);
}

async function hashesIn(place: MetadataPlace, table: 'logins' | 'sessions'): Promise<string[]> {
  const rows = (await place.connect()(table).select('secret_hash')) as { secret_hash: string }[];
  return rows.map((row) => row.secret_hash);
}

/** The mistake: to look first and then to delete, while others look. @returns how many were signed in. */
async function useNaively(place: MetadataPlace, callers: number): Promise<number> {
  const logins = Array.from({ length: callers }, () => place.connect()).map((connection) => ({
    look: () => connection('logins').where({ secret_hash: hash }).select('secret_hash'),
    delete: () => connection('logins').where({ secret_hash: hash }).delete(),
  }));
  const looks: unknown[][] = await Promise.all(logins.map(({ look }) => look()));
  await Promise.all(logins.map((login) => login.delete()));
  return looks.filter(({ length }) => length === 1).length;
}
