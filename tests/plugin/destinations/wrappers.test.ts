import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';
import type { Place } from '../../../plugin/contracts/place.ts';
import { BlockCache } from '../../../plugin/destinations/block-cache.ts';
import { openLocalPlace, openLocalStore } from '../../../plugin/destinations/local.ts';
import { openMemoryStore } from '../../../plugin/destinations/memory.ts';
import { Bandwidth, withBandwidthLimit } from '../../../plugin/destinations/with-bandwidth-limit.ts';
import { Gate, withParallelism } from '../../../plugin/destinations/with-parallelism.ts';
import { withReadCache } from '../../../plugin/destinations/with-read-cache.ts';
import { withRetry } from '../../../plugin/destinations/with-retry.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { testObjectStore } from '../../contracts/object-store.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { watchStore } from '../../support/watch-store.ts';

const still = { elapsedMilliseconds: () => 0, wait: async () => {} };

testObjectStore('a store behind every wrapper', {
  open: (context) => {
    const line = new Bandwidth(1_000_000_000, still);
    const narrow = withParallelism(withBandwidthLimit(openMemoryStore(), line, line), new Gate(2));
    return withReadCache(narrow, new BlockCache(temporaryFolder(context), 10_000_000));
  },
  interruptWrite: undefined,
});

suite('trying again', () => {
  const waits: number[] = [];
  const rule = {
    attempts: 4,
    baseMilliseconds: 100,
    mostMilliseconds: 300,
    wait: async (milliseconds: number) => void waits.push(milliseconds),
    random: () => 0.5,
  };
  const failing = (
    code: 'destination-unreachable' | 'destination-refused',
    times: number,
  ): { place: Place; calls: () => number } => {
    let calls = 0;
    const store = openMemoryStore();
    const place = {
      store: {
        ...store,
        async list(prefix: string) {
          calls += 1;
          if (calls <= times) throw new Failure(code, { destination: 'x', problem: 'y' });
          return store.list(prefix);
        },
      },
      listFolders: async () => [],
      writeNew: async () => true,
      writtenAt: async () => new Date(0),
      dropEmptyFolders: async () => {},
      locks: undefined,
      uploads: undefined,
      close() {},
    };
    return { place, calls: () => calls };
  };

  test('what could not be reached is asked again, after waits that grow and are of random length', async () => {
    waits.length = 0;
    const { place, calls } = failing('destination-unreachable', 3);
    assert.deepEqual(await withRetry(place, rule).store.list(''), []);
    assert.equal(calls(), 4);
    assert.deepEqual(waits, [75, 150, 225]);
  });

  test('after the last try the failure is told', async () => {
    const { place, calls } = failing('destination-unreachable', 9);
    await failsWith('destination-unreachable', () => withRetry(place, rule).store.list(''));
    assert.equal(calls(), 4);
  });

  test('what was refused is not asked again', async () => {
    const { place, calls } = failing('destination-refused', 9);
    await failsWith('destination-refused', () => withRetry(place, rule).store.list(''));
    assert.equal(calls(), 1);
  });

  test('an object whose writing was answered by nobody is ours if it is the same', async (t) => {
    const real = openLocalPlace(temporaryFolder(t));
    let isFirst = true;
    const place: Place = {
      ...real,
      async writeNew(key, bytes) {
        const answer = await real.writeNew(key, bytes);
        if (!isFirst) return answer;
        isFirst = false;
        throw new Failure('destination-unreachable', { destination: 'x', problem: 'lost answer' });
      },
    };
    assert.equal(await withRetry(place, rule).writeNew('owner', Buffer.from('ours')), true);
    assert.equal(await withRetry(place, rule).writeNew('owner', Buffer.from('theirs')), false);
  });
});

test('no more requests are on their way than the gate lets through', async () => {
  let running = 0;
  let most = 0;
  const gate = new Gate(3);
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  await Promise.all(Array.from({ length: 50 }, () => gate.pass(work)));
  assert.equal(most, 3);
  await assert.rejects(gate.pass(() => Promise.reject(new Error('x'))));
  await gate.pass(work);
});

test('over time no more is sent than the line may carry', async () => {
  let now = 0;
  const pace = { elapsedMilliseconds: () => now, wait: async (milliseconds: number) => void (now += milliseconds) };
  const store = withBandwidthLimit(openMemoryStore(), new Bandwidth(1_000_000, pace), new Bandwidth(500_000, pace));
  for (let index = 0; index < 11; index += 1) await store.write(`data/${index}`, Buffer.alloc(1_000_000));
  assert.equal(now, 10_000);
  for (let index = 0; index < 6; index += 1) await store.read(`data/${index}`);
  assert.ok(now >= 18_000 && now <= 22_000, String(now));
});

suite('the read cache', () => {
  const bytes = randomBytes(1_000_000);
  const id = createHash('sha256').update(bytes).digest('hex');

  test('what was read once is not asked for again, also by another process', async (t) => {
    const folder = temporaryFolder(t);
    const { store, calls } = watchStore(openMemoryStore());
    await store.write(`index/${id}`, bytes);
    await store.write(`data/ab/${id}`, bytes);
    const read = async (): Promise<void> => {
      const cached = withReadCache(store, new BlockCache(folder, 50_000_000));
      assert.ok((await cached.read(`index/${id}`)).equals(bytes));
      assert.ok((await cached.readRange(`data/ab/${id}`, 250_000, 100_000)).equals(bytes.subarray(250_000, 350_000)));
      assert.ok((await cached.readRange(`data/ab/${id}`, 999_000, 5000)).equals(bytes.subarray(999_000)));
    };
    await read();
    const asked = calls.length;
    await read();
    assert.equal(calls.length, asked);
  });

  test('a piece that was changed on the disk is asked for again', async (t) => {
    const folder = temporaryFolder(t);
    const { store } = watchStore(openMemoryStore());
    await store.write(`data/ab/${id}`, bytes);
    const read = () => withReadCache(store, new BlockCache(folder, 50_000_000)).readRange(`data/ab/${id}`, 0, 1000);
    await read();
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const content = readFileSync(file);
      content.writeUInt8(content.readUInt8(100) ^ 1, 100);
      writeFileSync(file, content);
    }
    assert.ok((await read()).equals(bytes.subarray(0, 1000)));
  });

  test('an index that is not what its name says is not kept', async (t) => {
    const folder = temporaryFolder(t);
    const { store } = watchStore(openMemoryStore());
    await store.write(`index/${'0'.repeat(64)}`, bytes);
    await withReadCache(store, new BlockCache(folder, 50_000_000)).read(`index/${'0'.repeat(64)}`);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('what was written is read back from where it lies, and so is all for who asks anew', async (t) => {
    const folder = temporaryFolder(t);
    const store = openMemoryStore();
    const rubbish = Buffer.from('rubbish');
    const losing = { ...store, write: (key: string) => store.write(key, rubbish) };
    const [index, snapshot] = [`index/${id}`, `snapshots/${id}`];
    const cached = withReadCache(losing, new BlockCache(folder, 50_000_000));
    await cached.write(index, bytes);
    assert.deepEqual(await cached.read(index), rubbish);
    await store.write(snapshot, bytes);
    assert.ok((await cached.read(snapshot)).equals(bytes));
    await store.remove(snapshot);
    await store.write(snapshot, rubbish);
    assert.ok((await cached.read(snapshot)).equals(bytes), 'it is kept');
    assert.deepEqual(await withReadCache(store, new BlockCache(folder, 50_000_000), true).read(snapshot), rubbish);
  });

  test('locks, keys and the config are never kept', async (t) => {
    const folder = temporaryFolder(t);
    const cached = withReadCache(openMemoryStore(), new BlockCache(folder, 50_000_000));
    for (const key of ['locks/a', 'keys/a', 'config', 'larder-owner.json']) {
      await cached.write(key, bytes);
      await cached.read(key);
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  test('it stays within its bounds, and keeps what was used last', async (t) => {
    const folder = temporaryFolder(t);
    const store = openLocalStore(temporaryFolder(t));
    const cached = withReadCache(store, new BlockCache(folder, 2_000_000));
    for (let index = 0; index < 20; index += 1) {
      const content = randomBytes(300_000);
      const key = `index/${createHash('sha256').update(content).digest('hex')}`;
      await cached.write(key, content);
      await cached.read(key);
    }
    assert.ok(readdirSync(folder).length > 0);
    const total = readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    assert.ok(total <= 4_100_000, String(total));
  });

  test('a folder that cannot be written to only costs time', async () => {
    const store = openMemoryStore();
    await store.write(`index/${id}`, bytes);
    const cached = withReadCache(store, new BlockCache('/dev/null/nowhere', 1_000_000));
    assert.ok((await cached.read(`index/${id}`)).equals(bytes));
  });
});
