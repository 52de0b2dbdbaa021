/** What is wrong with one copy or one account keeps nothing else from going on. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { globSync, rmSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { Services } from '../../../plugin/actions/services.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { silentLog } from '../../../plugin/platform/silent-log.ts';
import { change, flipBit } from '../../support/damage.ts';
import { failsWith } from '../../support/failures.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { backUpPage, inUse, renewOf, withSecond } from '../../support/keys-again.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const copyOf = (account: string) =>
  ({ kind: 'copy', account, destination: 'second', repair: false, back: false }) as const;

suite('a former copy', () => {
  const folder = suiteFolder();
  let site: HistorySite;

  before(async () => {
    site = await openHistorySite(folder, 3);
    for (const index of [0, 1, 2]) await backUpPage(site, index, 'one');
  });
  after(() => site.close());

  /** Copied, and then renewed. @returns where the copy with the former keys lies. */
  async function renewed(account: string): Promise<string> {
    const changes = withSecond(site);
    assert.equal((await site.perform(copyOf(account), changes)).copies[0]?.outcome, 'done');
    const { from } = await site.perform(renewOf(account), changes);
    return `${folder}/second/${from}`;
  }

  async function outcomes(account: string, changes: Partial<Services> = {}) {
    const { copies } = await site.perform(copyOf(account), { ...withSecond(site), ...changes });
    return copies.map(({ outcome, failure, pointsSent }) => [outcome, failure?.code, pointsSent]);
  }

  /** A place in which things can be locked, as far as the former copy is looked at. */
  function withLocks(): { readonly changes: Partial<Services>; readonly events: string[] } {
    const events: string[] = [];
    const locks = { lockedUntil: async () => undefined, lock: async () => {}, tryDestroy: async () => false };
    return {
      events,
      changes: {
        openPlace: async (place) => ({ ...(await site.services.openPlace(place)), locks }),
        log: { ...silentLog, warn: (event) => void events.push(event) },
      },
    };
  }

  test('that is gone keeps the new one from nothing, where nothing can be locked', async () => {
    rmSync(await renewed('u1'), { recursive: true });
    assert.deepEqual(await outcomes('u1'), [['done', undefined, 1]]);
  });

  test('nor where things can be locked', async () => {
    rmSync(await renewed('u2'), { recursive: true });
    const { changes, events } = withLocks();
    assert.deepEqual(await outcomes('u2', changes), [['done', undefined, 1]]);
    assert.deepEqual(events, ['former-copy-not-locked']);
  });

  test('nor does one that does not open', async () => {
    change(`${await renewed('u3')}/config`, flipBit(30));
    const { changes, events } = withLocks();
    assert.deepEqual(await outcomes('u3', changes), [['done', undefined, 1]]);
    assert.deepEqual(events, ['former-copy-not-locked']);
  });
});

suite('repositories that are read back', () => {
  const folder = suiteFolder();
  let site: HistorySite;

  before(async () => {
    site = await openHistorySite(folder, 2);
    for (const index of [0, 1]) await backUpPage(site, index, randomBytes(90_000).toString('hex'));
  });
  after(() => site.close());

  test('with a copy that does not answer it is asked once, not for each pack', async () => {
    const changes = withSecond(site);
    await site.perform(copyOf('u1'), changes);
    const packs = globSync(`${folder}/backup/${(await inUse(site, 'u1')).place.folder}/data/*/*`);
    assert.ok(packs.length > 1);
    for (const pack of packs) change(pack, flipBit(30));
    let asked = 0;
    const openStore: Services['openStore'] = async (place) => {
      const store = await site.services.openStore(place);
      if (place.destination.name !== 'second') return store;
      return {
        location: store.location,
        write: (key, bytes, options) => store.write(key, bytes, options),
        read: () => {
          asked += 1;
          return Promise.reject(new Failure('destination-unreachable', { destination: 'second', problem: 'away' }));
        },
        readRange: (key, offset, length) => store.readRange(key, offset, length),
        list: (prefix) => store.list(prefix),
        remove: (key, options) => store.remove(key, options),
        listUnfinished: (earlier) => store.listUnfinished(earlier),
      };
    };
    const verify = { kind: 'verify', account: 'u1', full: true, due: false, repair: true } as const;
    const { repositories } = await site.perform(verify, { ...changes, openStore });
    assert.equal(repositories[0]?.repair?.fromCopies, 0);
    assert.equal(asked, 1);
  });

  test('one that is gone keeps no other from its turn, and is told', async () => {
    rmSync(`${folder}/backup/${(await inUse(site, 'u1')).place.folder}/config`);
    const { generation } = (await inUse(site, 'u2')).account;
    const verify = { kind: 'verify', account: undefined, full: false, due: false, repair: false } as const;
    await failsWith('repository-missing', () => site.perform(verify));
    const checks = await site.services.verifications.lastChecks();
    assert.ok(checks.some((check) => check.generation === generation));
  });
});
