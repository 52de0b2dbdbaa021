import assert from 'node:assert/strict';
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import type { CatalogChanges, CatalogEntry, Catalogs } from '../../../../plugin/contracts/catalog.ts';
import { openCatalogs } from '../../../../plugin/database/catalog/open-catalogs.ts';
import { parseGeneration, parseRepositoryId, parseSnapshotId, type SnapshotId } from '../../../../plugin/domain/ids.ts';
import { failsWith } from '../../../support/failures.ts';
import { hostileNames } from '../../../support/odd-names.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const generation = parseGeneration('a1'.repeat(16));
const repository = parseRepositoryId('d'.repeat(64));

function pointId(number: number): SnapshotId {
  return parseSnapshotId(String(number).padStart(64, '0'));
}

function fileEntry(content = 'x'): CatalogEntry {
  return {
    type: 'file',
    sizeBytes: 1,
    modified: { seconds: 5, nanoseconds: 0 },
    mode: 0o644,
    content: Buffer.from(content),
  };
}

/** Adds a restore point that holds these names at the top of the home. */
function addPoint(changes: CatalogChanges, number: number, names: readonly Uint8Array[]): void {
  changes.describe(repository);
  changes.add({ id: pointId(number), time: new Date(number * 1000), tree: 'e'.repeat(64), lane: 'all' });
  for (const name of names) changes.content.put(name, fileEntry());
  changes.content.finish();
}

async function fill(catalogs: Catalogs, names: readonly Uint8Array[], of = generation): Promise<void> {
  const catalog = catalogs.open(of);
  await catalog.write(async (changes) => addPoint(changes, catalog.points().length + 1, names));
  catalog.close();
}

function search(catalogs: Catalogs, text: string | Uint8Array, isPattern = false, of = generation): string[] {
  const catalog = catalogs.open(of);
  const { names } = catalog.find({ text: Buffer.from(text), isPattern, point: undefined, limit: 1000 });
  catalog.close();
  return names.map(({ path }) => Buffer.concat(path).toString('latin1')).toSorted();
}

suite('a catalog file', () => {
  test('is for root alone, with the files beside it', async (t) => {
    const folder = join(temporaryFolder(t), 'catalog');
    const catalogs = openCatalogs(folder);
    await fill(catalogs, [Buffer.from('a')]);
    const catalog = catalogs.open(generation);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const end of ['', '-wal', '-shm']) {
      assert.equal(statSync(join(folder, `${generation}.db${end}`)).mode & 0o777, 0o600, end);
    }
    catalog.close();
  });

  test('is not opened where another user put a link', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'other'), 'not a catalog', { mode: 0o600 });
    symlinkSync('other', join(folder, `${generation}.db`));
    await failsWith('state-unsafe', () => openCatalogs(folder).open(generation));
    assert.equal(readFileSync(join(folder, 'other'), 'utf8'), 'not a catalog');
  });

  const damages: Record<string, (file: string) => void> = {
    'that is no database': (file) => writeFileSync(file, 'x'.repeat(10_000), { mode: 0o600 }),
    'that was cut short': (file) => change(file, (descriptor) => ftruncateSync(descriptor, 5000)),
    'of a newer version': (file) =>
      change(file, (descriptor) => writeSync(descriptor, Buffer.of(0, 0, 0, 99), 0, 4, 60)),
    'of an older version': (file) =>
      change(file, (descriptor) => writeSync(descriptor, Buffer.of(0, 0, 0, 0), 0, 4, 60)),
    'whose first page is noise': (file) =>
      change(file, (descriptor) => writeSync(descriptor, Buffer.alloc(3000, 7), 0, 3000, 100)),
  };

  for (const [kind, damage] of Object.entries(damages)) {
    test(`${kind} is made anew`, async (t) => {
      const folder = temporaryFolder(t);
      const catalogs = openCatalogs(folder);
      await fill(catalogs, [Buffer.from('a')]);
      damage(join(folder, `${generation}.db`));
      assert.deepEqual(search(catalogs, 'a'), []);
      await fill(catalogs, [Buffer.from('again')]);
      assert.deepEqual(search(catalogs, 'a'), ['again']);
    });
  }

  test('that is damaged further in says so when it is asked', async (t) => {
    const folder = temporaryFolder(t);
    const catalogs = openCatalogs(folder);
    await fill(
      catalogs,
      Array.from({ length: 20_000 }, (_, index) => Buffer.from(`name-${index}`)),
    );
    const file = join(folder, `${generation}.db`);
    change(file, (descriptor) => {
      for (let at = 65_536; at < statSync(file).size; at += 4096)
        writeSync(descriptor, Buffer.alloc(64, 0xee), 0, 64, at);
    });
    await failsWith('catalog-damaged', () => search(catalogs, 'name-1'));
    catalogs.drop(generation);
    assert.deepEqual(search(catalogs, 'name-1'), []);
  });

  test('of another repository is empty', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    await fill(catalogs, [Buffer.from('a')]);
    const catalog = catalogs.open(generation);
    await catalog.write(async (changes) => changes.describe(parseRepositoryId('f'.repeat(64))));
    assert.equal(catalog.points().length, 0);
    assert.equal(catalog.countPaths(), 0);
    catalog.close();
  });

  test('of one account says nothing of another', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    const other = parseGeneration('b2'.repeat(16));
    await fill(catalogs, [Buffer.from('mine')]);
    await fill(catalogs, [Buffer.from('theirs')], other);
    assert.deepEqual(search(catalogs, '*', true), ['mine']);
    assert.deepEqual(search(catalogs, '*', true, other), ['theirs']);
  });
});

suite('writing', () => {
  test('that fails changes nothing', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    await fill(catalogs, [Buffer.from('a')]);
    const catalog = catalogs.open(generation);
    const writing = catalog.write(async (changes) => {
      addPoint(changes, 2, [Buffer.from('b')]);
      throw new Error('the store went away');
    });
    await assert.rejects(writing, /the store went away/);
    assert.equal(catalog.points().length, 1);
    catalog.close();
    assert.deepEqual(search(catalogs, '*', true), ['a']);
  });

  test('does not keep readers waiting, who see what was before', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    await fill(catalogs, [Buffer.from('a')]);
    const catalog = catalogs.open(generation);
    await catalog.write(async (changes) => {
      addPoint(changes, 2, [Buffer.from('b')]);
      assert.deepEqual(search(catalogs, '*', true), ['a']);
    });
    catalog.close();
    assert.deepEqual(search(catalogs, '*', true), ['a', 'b']);
  });

  test('of two at once happens one after the other', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    const names = Array.from({ length: 8 }, (_, index) => Buffer.from(`n${index}`));
    await Promise.all(names.map((name) => fill(catalogs, [name])));
    assert.deepEqual(
      search(catalogs, '*', true),
      names.map((name) => name.toString()),
    );
  });
});

suite('a name', () => {
  test('of whatever bytes is found by them, and given back as it is', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    const sorted = hostileNames.toSorted((left, right) => Buffer.compare(left, right));
    await fill(catalogs, sorted);
    const all = sorted.map((name) => name.toString('latin1')).toSorted();
    assert.deepEqual(search(catalogs, '*', true), all);
    for (const name of sorted)
      assert.ok(search(catalogs, name).includes(name.toString('latin1')), name.toString('latin1'));
  });

  const names = ['Menu.PDF', 'menu.pdf', 'ΜΕΝΟΎ', '50%_off', 'a[1].txt', 'a1.txt', '\xff\xfe'].map((name) =>
    Buffer.from(name, name.startsWith('\xff') ? 'latin1' : 'utf8'),
  );
  const cases: readonly [string, boolean, readonly string[]][] = [
    ['MENU', false, ['Menu.PDF', 'menu.pdf']],
    ['*.pdf', true, ['Menu.PDF', 'menu.pdf']],
    ['menu.?df', true, ['Menu.PDF', 'menu.pdf']],
    ['menu', true, []],
    ['μενού', false, []],
    ['ΕΝΟ', false, ['ΜΕΝΟΎ']],
    ['%', false, ['50%_off']],
    ['_', false, ['50%_off']],
    ['a[1]*', true, ['a[1].txt']],
    ['a?.txt', true, ['a1.txt']],
    ["'; DROP TABLE names; --", false, []],
  ];
  for (const [text, isPattern, wanted] of cases) {
    test(`${isPattern ? 'fits' : 'contains'} ${text}: ${wanted.join(', ') || 'none'}`, async (t) => {
      const catalogs = openCatalogs(temporaryFolder(t));
      await fill(catalogs, names);
      const found = search(catalogs, text, isPattern).map((name) => Buffer.from(name, 'latin1').toString());
      assert.deepEqual(found, wanted);
    });
  }

  test('that is held now comes before one that is gone; then what was modified last; then by path', async (t) => {
    const catalogs = openCatalogs(temporaryFolder(t));
    const catalog = catalogs.open(generation);
    const at = (seconds: number): CatalogEntry => ({ ...fileEntry(), modified: { seconds, nanoseconds: 0 } });
    await catalog.write(async (changes) => {
      addPoint(changes, 1, []);
      for (const [name, seconds] of [
        ['a', 1],
        ['b', 2],
        ['c', 1],
        ['gone', 9],
      ] as const) {
        changes.content.put(Buffer.from(name), at(seconds));
      }
    });
    await catalog.write(async (changes) => {
      addPoint(changes, 2, []);
      changes.content.remove(Buffer.from('gone'));
    });
    const find = (limit: number) => catalog.find({ text: Buffer.from('*'), isPattern: true, point: undefined, limit });
    const order = (limit: number) => find(limit).names.map(({ path }) => Buffer.concat(path).toString());
    assert.deepEqual(order(10), ['b', 'a', 'c', 'gone']);
    assert.deepEqual(order(2), ['b', 'a']);
    assert.equal(find(3).isComplete, false);
    assert.equal(find(4).isComplete, true);
    catalog.close();
  });
});

function change(file: string, work: (descriptor: number) => void): void {
  const descriptor = openSync(file, 'r+');
  work(descriptor);
  closeSync(descriptor);
}
