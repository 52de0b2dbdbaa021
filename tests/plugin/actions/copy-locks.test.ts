import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import type { Services } from '../../../plugin/actions/services.ts';
import type { ObjectLocks } from '../../../plugin/contracts/place.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { backUpPage, withSecond } from '../../support/keys-again.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';
import { watchStore } from '../../support/watch-store.ts';

const page = randomBytes(30_000).toString('hex');

suite('what a copy needs that can be locked', { concurrency: false }, () => {
  const folder = suiteFolder();
  const events: string[] = [];
  const locked = new Set<string>();
  let site: HistorySite;
  let changes: Partial<Services>;

  before(async () => {
    site = await openHistorySite(folder, 1);
    changes = withLocks(site);
  });
  after(() => site.close());

  /** A folder that stands for a bucket with object lock. */
  function withLocks({ services }: HistorySite): Partial<Services> {
    const { configuration } = withSecond(site);
    const [second, primary] = configuration.destinations;
    if (second?.kind !== 'local' || primary === undefined) throw new Error('they are not local');
    const bucket = { ...second, kind: 's3', lock: { mode: 'compliance', days: 30 }, limits: { parallel: 2 } } as never;
    const lock: ObjectLocks['lock'] = async (key) => {
      events.push(`lock ${key}`);
      locked.add(key);
    };
    const locks: ObjectLocks = { lock, lockedUntil: async () => undefined, tryDestroy: async () => false };
    return {
      configuration: { ...configuration, destinations: [bucket, primary] },
      async openPlace(where) {
        const isSecond = where.destination.name === 'second';
        const place = await services.openPlace(isSecond ? { ...where, destination: second } : where);
        if (!isSecond) return place;
        const note = (call: string): void => {
          events.push(call);
          if (call.startsWith('write ')) locked.add(call.slice('write '.length)); // by the rule of the bucket
        };
        return { ...place, store: watchStore(place.store, note).store, locks };
      },
    };
  }

  /** @returns what happened at the copy. */
  async function copy(): Promise<readonly string[]> {
    events.length = 0;
    const request = { kind: 'copy', account: 'u1', destination: 'second', repair: false, back: false } as const;
    assert.equal((await site.perform(request, changes)).copies[0]?.outcome, 'done');
    return [...events];
  }

  const dataOf = (calls: readonly string[], verb: string): string[] =>
    calls.filter((call) => call.startsWith(`${verb} data/`)).map((call) => call.slice(verb.length + 1));

  test('is locked when it comes into use again after nothing needed it, before the restore point is sent', async () => {
    await backUpPage(site, 0, page);
    const first = dataOf(await copy(), 'write');
    await backUpPage(site, 0, 'another page');
    await copy();
    for (const key of first) locked.delete(key); // nothing needed them: their locks ran out
    await backUpPage(site, 0, page);
    const calls = await copy();
    const again = dataOf(calls, 'lock');
    assert.ok(again.length > 0 && again.every((key) => first.includes(key)), again.join(' '));
    const sent = calls.findIndex((call) => call.startsWith('write snapshots/'));
    assert.ok(calls.findLastIndex((call) => call.startsWith('lock data/')) < sent);
  });

  test('is not locked again while it stays in use', async () => {
    await backUpPage(site, 0, `${page} and more`);
    assert.deepEqual(dataOf(await copy(), 'lock'), []);
  });
});
