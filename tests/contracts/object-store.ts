import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { ObjectStore } from '../../plugin/contracts/object-store.ts';
import { failsWith } from '../support/failures.ts';

export interface ObjectStoreFixture {
  /** An empty store. */
  open(context: TestContext): ObjectStore;
  /** Makes what a write leaves that was interrupted at `at`, for an object with this key; undefined where none leaves anything. */
  readonly interruptWrite: ((store: ObjectStore, key: string, at: Date) => void) | undefined;
}

const key = 'data/ab/abcd';
const later = new Date('2100-01-01T00:00:00Z');

/** What every store promises (`plugin/contracts/object-store.ts`). */
export function testObjectStore(title: string, fixture: ObjectStoreFixture): void {
  suite(title, () => {
    test('it has a location to show', (t) => assert.notEqual(fixture.open(t).location, ''));

    test('what was written is read back', async (t) => {
      const store = fixture.open(t);
      await store.write(key, Buffer.from('content'));
      assert.equal((await store.read(key)).toString(), 'content');
    });

    test('an object that need not survive a power cut is read back all the same', async (t) => {
      const store = fixture.open(t);
      await store.write('locks/one', Buffer.from('lock'), { durable: false });
      assert.equal((await store.read('locks/one')).toString(), 'lock');
    });

    test('an empty object is an object', async (t) => {
      const store = fixture.open(t);
      await store.write(key, Buffer.alloc(0));
      assert.equal((await store.read(key)).length, 0);
      assert.deepEqual(await store.list(''), [{ key, sizeBytes: 0 }]);
    });

    test('the bytes may be changed once they are written', async (t) => {
      const store = fixture.open(t);
      const bytes = Buffer.from('first');
      await store.write(key, bytes);
      bytes.fill(0);
      assert.equal((await store.read(key)).toString(), 'first');
    });

    test('changing what was read changes nothing in the store', async (t) => {
      const store = fixture.open(t);
      await store.write(key, Buffer.from('first'));
      (await store.read(key)).fill(0);
      (await store.readRange(key, 0, 5)).fill(0);
      assert.equal((await store.read(key)).toString(), 'first');
    });

    test('a write replaces what was there, longer or shorter', async (t) => {
      const store = fixture.open(t);
      for (const text of ['first', 'a longer second', '3rd']) {
        await store.write(key, Buffer.from(text));
        assert.equal((await store.read(key)).toString(), text);
        assert.deepEqual(await store.list(''), [{ key, sizeBytes: text.length }]);
      }
    });

    test('an object of 20 MB comes back as it was', async (t) => {
      const store = fixture.open(t);
      const bytes = Buffer.alloc(20_000_000, 'larder ');
      await store.write(key, bytes);
      assert.ok((await store.read(key)).equals(bytes));
      assert.ok((await store.readRange(key, 19_999_000, 5000)).equals(bytes.subarray(19_999_000)));
    });

    const ranges = [
      { title: 'from the beginning', offset: 0, length: 3, text: '012' },
      { title: 'in the middle', offset: 4, length: 2, text: '45' },
      { title: 'up to the end', offset: 7, length: 3, text: '789' },
      { title: 'beyond the end is cut short', offset: 8, length: 100, text: '89' },
      { title: 'wholly beyond the end is empty', offset: 10, length: 5, text: '' },
      { title: 'of no bytes is empty', offset: 3, length: 0, text: '' },
    ];
    for (const { title: range, offset, length, text } of ranges) {
      test(`a range ${range}`, async (t) => {
        const store = fixture.open(t);
        await store.write(key, Buffer.from('0123456789'));
        assert.equal((await store.readRange(key, offset, length)).toString(), text);
      });
    }

    test('reading what is not there fails as not found', async (t) => {
      const store = fixture.open(t);
      await failsWith('not-found', () => store.read(key));
      await failsWith('not-found', () => store.readRange(key, 0, 1));
      await store.write(key, Buffer.from('x'));
      await failsWith('not-found', () => store.read('data/ab/other'));
    });

    test('an empty store lists nothing', async (t) => {
      const store = fixture.open(t);
      assert.deepEqual(await store.list(''), []);
      assert.deepEqual(await store.list('data/'), []);
    });

    test('a list holds every object below its prefix with its size, and no other', async (t) => {
      const store = fixture.open(t);
      const keys = ['config', 'data/ab/abcd', 'data/ab/abce', 'data/ff/ff00', 'database', 'index/1', 'snapshots/1'];
      for (const [size, name] of keys.entries()) await store.write(name, Buffer.alloc(size));
      const listed = async (prefix: string): Promise<string[]> =>
        (await store.list(prefix)).map((object) => `${object.key} ${object.sizeBytes}`).toSorted();
      assert.deepEqual(await listed('data/'), ['data/ab/abcd 1', 'data/ab/abce 2', 'data/ff/ff00 3']);
      assert.deepEqual(await listed('index/'), ['index/1 5']);
      assert.equal((await listed('')).length, keys.length);
    });

    test('what was removed is gone, and its neighbour stays', async (t) => {
      const store = fixture.open(t);
      await store.write(key, Buffer.from('x'));
      await store.write('data/ab/other', Buffer.from('y'));
      await store.remove(key);
      await store.remove('data/ab/other', { durable: true });
      await store.write('data/ab/other', Buffer.from('z'));
      await failsWith('not-found', () => store.read(key));
      assert.deepEqual(await store.list(''), [{ key: 'data/ab/other', sizeBytes: 1 }]);
    });

    test('removing what is not there is no failure', async (t) => {
      const store = fixture.open(t);
      await store.remove(key);
      await store.remove(key, { durable: true });
    });

    test('of concurrent writers of one key one wins, whole', async (t) => {
      const store = fixture.open(t);
      const texts = Array.from({ length: 12 }, (_, index) => String(index).repeat(50_000 + index));
      await Promise.all(texts.map((text) => store.write(key, Buffer.from(text))));
      assert.ok(texts.includes((await store.read(key)).toString()));
      assert.equal((await store.list('')).length, 1);
      assert.deepEqual(await store.listUnfinished(later), []);
    });

    test('a reader during a write sees the old object or the new one, never a part', async (t) => {
      const store = fixture.open(t);
      const [old, fresh] = [Buffer.alloc(3_000_000, 1), Buffer.alloc(4_000_000, 2)];
      await store.write(key, old);
      let isWriting = true;
      const writing = store.write(key, fresh).finally(() => (isWriting = false));
      do {
        const seen = await store.read(key);
        assert.ok(seen.equals(old) || seen.equals(fresh));
        const [listed] = await store.list('data/');
        assert.ok(listed?.sizeBytes === old.length || listed?.sizeBytes === fresh.length);
      } while (isWriting);
      await writing;
      assert.ok((await store.read(key)).equals(fresh));
    });

    test('an interrupted write is never listed, is found when it is old, and can be removed', async (t) => {
      const store = fixture.open(t);
      await store.write(key, Buffer.from('x'));
      assert.deepEqual(await store.listUnfinished(later), []);
      if (fixture.interruptWrite === undefined) return;
      fixture.interruptWrite(store, 'data/ab/beef', new Date('2026-01-02T00:00:00Z'));
      assert.deepEqual(await store.list(''), [{ key, sizeBytes: 1 }]);
      assert.deepEqual(await store.listUnfinished(new Date('2026-01-01T00:00:00Z')), []);
      const found = await store.listUnfinished(new Date('2026-01-03T00:00:00Z'));
      assert.equal(found.length, 1);
      for (const leftover of found) await store.remove(leftover.key);
      assert.deepEqual(await store.listUnfinished(later), []);
      assert.equal((await store.read(key)).toString(), 'x');
    });
  });
}
