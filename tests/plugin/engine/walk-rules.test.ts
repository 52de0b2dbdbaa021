import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { errorNumbers, fileTypes, statusWords } from '../../../plugin/contracts/file-system.ts';
import { pathLimit } from '../../../plugin/domain/coverage.ts';
import { CoverageLog } from '../../../plugin/engine/coverage-log.ts';
import { filterPaths, type PathFilter } from '../../../plugin/engine/path-filter.ts';
import { reasonOfError, refuseEntry } from '../../../plugin/engine/walk-policy.ts';

suite('wanted paths', () => {
  const part = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(part, { maxLength: 4 });

  test('let through what is wanted, what leads there and what lies below, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 4 }), path, (wanted, asked) => {
        const isBelow = wanted.some((some) => some.every((name, index) => asked[index] === name));
        const leadsThere = wanted.some((some) => asked.every((name, index) => some[index] === name));
        assert.equal(enter(filterPaths(wanted.map(bytesOf)).filter, asked) !== undefined, isBelow || leadsThere);
        assert.equal(enter(filterPaths(wanted.map(bytesOf)).filter, asked)?.all ?? false, isBelow);
      }),
    );
  });

  test('that were met are not missed, whichever else are wanted', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 4 }), (wanted) => {
        const paths = filterPaths(wanted.map(bytesOf));
        for (const some of wanted) enter(paths.filter, some);
        assert.deepEqual(paths.unseen(), []);
      }),
    );
  });

  test('that were not met are named', () => {
    const paths = filterPaths([['a'], ['b', 'c'], ['b', 'd']].map(bytesOf));
    paths.filter.enter(Buffer.from('b'))?.enter(Buffer.from('d'));
    assert.deepEqual(paths.unseen(), [['a'], ['b', 'c']].map(bytesOf));
  });

  test('are bytes: two names that look alike as text are two', () => {
    const { filter } = filterPaths([[Buffer.of(0xff)]]);
    assert.equal(filter.enter(Buffer.of(0xfe)), undefined);
    assert.notEqual(filter.enter(Buffer.of(0xff)), undefined);
  });
});

const bytesOf = (path: readonly string[]): Buffer[] => path.map((name) => Buffer.from(name));

function enter(filter: PathFilter, path: readonly string[]): PathFilter | undefined {
  let at: PathFilter | undefined = filter;
  for (const name of path) at = at?.enter(Buffer.from(name));
  return at;
}

suite('the coverage report', () => {
  test('counts everything and names the first of each reason', () => {
    const log = new CoverageLog();
    for (let file = 0; file < 100_000; file++) log.skip('socket', [Buffer.from(String(file))]);
    log.note('changed-while-read', [Buffer.from('a'), Buffer.from('b')]);
    const { skipped, noted } = log.result();
    assert.deepEqual(
      skipped.map(({ reason, count }) => [reason, count]),
      [['socket', 100_000]],
    );
    assert.equal(skipped[0]?.paths.length, pathLimit);
    assert.deepEqual(noted, [{ reason: 'changed-while-read', count: 1, paths: ['a/b'] }]);
  });

  test('stays small however long the paths are, and each path keeps its beginning and its end', () => {
    const log = new CoverageLog();
    const level = Buffer.alloc(255, 0xff);
    const path = [Buffer.from('begin'), ...Array.from({ length: 3000 }, () => level), Buffer.from('end')];
    for (let file = 0; file < 150; file++) log.skip('socket', path);
    assert.ok(JSON.stringify(log.result()).length < 300_000);
    assert.match(log.result().skipped[0]?.paths[0] ?? '', /^begin\/.*….*\/end$/);
  });

  test('is the same text whatever the order of events', () => {
    const [left, right] = [new CoverageLog(), new CoverageLog()];
    left.skip('socket', [Buffer.from('a')]);
    left.skip('busy', [Buffer.from('b')]);
    right.skip('busy', [Buffer.from('b')]);
    right.skip('socket', [Buffer.from('a')]);
    assert.equal(JSON.stringify(left.result()), JSON.stringify(right.result()));
  });
});

const policy = { ownerUid: 1000, trustedUids: new Set([33]), deviceMinor: 1, deviceMajor: 8 };
const { file, folder, symlink, fifo, socket, blockDevice, characterDevice } = fileTypes;
const rules: readonly { readonly title: string; readonly entry: Partial<Entry>; readonly is: string | undefined }[] = [
  { title: 'an own file', entry: { type: file }, is: undefined },
  { title: 'an own file with many names', entry: { type: file, links: 9 }, is: undefined },
  { title: "a trusted owner's file", entry: { type: file, uid: 33 }, is: undefined },
  { title: "a trusted owner's file with two names", entry: { type: file, uid: 33, links: 2 }, is: 'foreign-owner' },
  { title: "root's file", entry: { type: file, uid: 0 }, is: 'foreign-owner' },
  { title: 'a file of a large foreign uid', entry: { type: file, uid: -2 }, is: 'foreign-owner' },
  { title: "somebody's folder", entry: { type: folder, uid: 0 }, is: undefined },
  { title: "somebody's link", entry: { type: symlink, uid: 0, links: 2 }, is: undefined },
  { title: 'a pipe', entry: { type: fifo }, is: undefined },
  { title: 'a socket', entry: { type: socket }, is: 'socket' },
  { title: 'a block device', entry: { type: blockDevice }, is: 'device' },
  { title: 'a character device', entry: { type: characterDevice }, is: 'device' },
  { title: 'a folder of another file system', entry: { type: folder, minor: 2 }, is: 'other-filesystem' },
  { title: 'an own file of another file system', entry: { type: file, minor: 2 }, is: 'other-filesystem' },
];

interface Entry {
  readonly type: number;
  readonly uid: number;
  readonly links: number;
  readonly minor: number;
}

suite('whether an entry is taken:', () => {
  for (const { title, entry, is } of rules) {
    test(`${title}: ${is ?? 'yes'}`, () => {
      const { type = file, uid = 1000, links = 1, minor = 1 } = entry;
      const status = new Int32Array(16);
      status[statusWords.mode] = type | 0o644;
      status[statusWords.uid] = uid;
      status[statusWords.links] = links;
      status[statusWords.deviceMinor] = minor;
      status[statusWords.deviceMajor] = 8;
      assert.equal(refuseEntry(status, policy), is);
    });
  }

  test('every error has a word', () => {
    for (const number of Object.values(errorNumbers)) assert.match(reasonOfError(number), /^[a-z-]+$/);
    assert.equal(reasonOfError(12_345), 'read-error');
  });
});
