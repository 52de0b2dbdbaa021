import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { BlobReader } from '../../../../plugin/engine/blob-reader.ts';
import { BlobsAhead } from '../../../../plugin/engine/blobs-ahead.ts';
import { OpeningThread } from '../../../../plugin/engine/opening-thread.ts';
import { RepositoryIndex } from '../../../../plugin/engine/repository-index.ts';
import { parseBlobId } from '../../../../plugin/domain/ids.ts';
import { isRoot } from '../../../support/backup-site.ts';
import { compareTrees } from '../../../support/compare-trees.ts';
import { change, flipBit, packsOf } from '../../../support/damage.ts';
import { file, folder, HostileTree } from '../../../support/hostile-tree.ts';
import {
  makeRestoreSite,
  makeThread,
  problemsOf,
  startThread,
  tenant,
  type RestoreSite,
} from '../../../support/restore-site.ts';
import { suiteScope, type Scope } from '../../../support/temporary-folder.ts';

const megabyte = 1_000_000;
const plainNodeThread = new URL('../../../support/blob-thread-in-plain-node.ts', import.meta.url);
const dyingThread = new URL('../../../support/dying-blob-thread.ts', import.meta.url);

/** More than the thread can be ahead by, in bytes and in blobs; contents that pack well and others. */
async function furnished(t: Scope): Promise<RestoreSite> {
  const site = await makeRestoreSite(t);
  const at = (...names: string[]): string => join(site.home, ...names);
  mkdirSync(at('small'));
  mkdirSync(at('large'));
  for (let index = 0; index < 1500; index++)
    writeFileSync(at('small', `f${index}`), `file ${index}\n`.repeat(index % 50));
  for (let index = 0; index < 8; index++) writeFileSync(at('large', `f${index}`), randomBytes(3.5 * megabyte));
  writeFileSync(at('large', 'text'), 'INSERT INTO posts VALUES (1);\n'.repeat(300_000));
  linkSync(at('large', 'f3'), at('small', 'same'));
  linkSync(at('large', 'f3'), at('zz-same'));
  writeSparse(at('large', 'sparse'), 40 * 2 ** 20, 20 * 2 ** 20);
  if (isRoot) execFileSync('chown', ['-hR', `${tenant.uid}:${tenant.gid}`, site.home]);
  await site.backUp();
  return site;
}

function writeSparse(path: string, size: number, dataAt: number): void {
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, 'data', dataAt);
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
}

function emptyTarget({ target }: RestoreSite): void {
  for (const name of readdirSync(target)) rmSync(join(target, name), { recursive: true });
}

const whole = suiteScope();
let made: Promise<RestoreSite> | undefined;

/** For tests that do it no harm: furnished once, with an empty target. */
async function shared(): Promise<RestoreSite> {
  const site = await (made ??= furnished(whole));
  emptyTarget(site);
  return site;
}

suite('a restore whose blobs are opened by another thread', () => {
  test('brings back the same as one without, and says the same', async () => {
    const site = await shared();
    const report = await site.restore({ thread: startThread(site) });
    assert.deepEqual(problemsOf(report), []);
    assert.deepEqual(compareTrees(site.home, site.target), []);
    emptyTarget(site);
    assert.deepEqual(await site.restore(), report);
  });

  test('does so without native calls', async () => {
    const site = await shared();
    assert.deepEqual(problemsOf(await site.restore({ thread: startThread(site, plainNodeThread) })), []);
    assert.deepEqual(compareTrees(site.home, site.target), []);
  });

  test('brings single paths back too', async () => {
    const site = await shared();
    const selection = [['large', 'f1'], ['large', 'f3'], ['small', 'f7'], ['zz-same']];
    const report = await site.restore({ selection, thread: startThread(site) });
    assert.deepEqual([problemsOf(report), report.files, report.folders], [[], 4, 0]);
    for (const path of selection) assert.ok(same(site, ...path), path.join('/'));
  });

  test('tells of a damaged blob half-way as one without does, and brings the rest back', async (t) => {
    const site = await furnished(t);
    const packs = await packsOf(site, 'data');
    for (const pack of packs.slice(0, 2)) change(pack.file, flipBit(Math.floor(pack.size / 2)));
    const report = await site.restore({ thread: startThread(site) });
    const problems = problemsOf(report);
    assert.ok(problems.length > 0 && problems.length < 10, problems.join());
    assert.ok(problems.every((problem) => problem.startsWith('!content-missing ')));
    const lost = new Set(problems.map((problem) => problem.split(' ')[1]));
    for (const name of readdirSync(join(site.home, 'large'))) {
      assert.equal(same(site, 'large', name), !lost.has(`large/${name}`), name);
    }
    emptyTarget(site);
    assert.deepEqual(await site.restore(), report);
  });

  test('tells of a missing pack and of one that was cut as one without does', async (t) => {
    const site = await furnished(t);
    const [first, second] = await packsOf(site, 'data');
    assert.ok(first !== undefined && second !== undefined);
    rmSync(first.file);
    change(second.file, (bytes) => bytes.subarray(0, bytes.length / 2));
    const report = await site.restore({ thread: startThread(site) });
    assert.ok(report.problemCount > 1);
    emptyTarget(site);
    assert.deepEqual(await site.restore(), report);
  });

  test('goes on with the next file when the first of many thousand blobs of one is missing', async (t) => {
    const site = await makeRestoreSite(t);
    const made = await HostileTree.begin(await site.open());
    const parts = await Promise.all(
      Array.from({ length: 5000 }, (_, index) => made.data(Buffer.from(`part ${index}`))),
    );
    const [first = ''] = parts;
    const nodes = [file('a', ['ab'.repeat(32), ...parts]), file('b', parts), file('c', [first]), file('d', [])];
    const home = await made.home(await made.tree([folder('all', await made.tree(nodes))]));
    const report = await site.restore({ home, thread: startThread(site) });
    assert.deepEqual(problemsOf(report), ['!content-missing all/a']);
    assert.equal(
      readFileSync(join(site.target, 'all', 'b'), 'utf8'),
      parts.map((_, index) => `part ${index}`).join(''),
    );
    assert.deepEqual(readdirSync(join(site.target, 'all')), ['b', 'c', 'd']);
  });

  test('brings back blobs that are larger than the thread takes', async (t) => {
    const site = await makeRestoreSite(t);
    const made = await HostileTree.begin(await site.open());
    const contents = [randomBytes(9 * megabyte), Buffer.alloc(30 * megabyte, 'text '), randomBytes(7 * megabyte)];
    const ids: string[] = [];
    for (const content of contents) ids.push(await made.data(content));
    const home = await made.home(await made.tree([file('a', ids), file('b', ids.toReversed())]));
    assert.deepEqual(problemsOf(await site.restore({ home, thread: startThread(site) })), []);
    assert.ok(readFileSync(join(site.target, 'a')).equals(Buffer.concat(contents)));
    assert.ok(readFileSync(join(site.target, 'b')).equals(Buffer.concat(contents.toReversed())));
  });

  test('stops when it is told to, and the thread with it', async () => {
    const site = await shared();
    const controller = new AbortController();
    const thread = startThread(site);
    const onProgress = (_items: number, bytes: number): void => {
      if (bytes > 10 * megabyte) controller.abort();
    };
    await assert.rejects(site.restore({ thread, signal: controller.signal, onProgress }), { name: 'AbortError' });
    assert.ok(!existsSync(join(site.target, 'zz-same')));
  });

  test('fails with the reason when the thread breaks down', async () => {
    const site = await shared();
    const thread = startThread(site, dyingThread);
    await assert.rejects(site.restore({ thread }), /the thread that opens blobs has ended: a bug/);
  });

  test('fails with the reason when the thread never comes up', async () => {
    const site = await shared();
    const thread = startThread(site, new URL('../../../support/no-such-file.ts', import.meta.url));
    await assert.rejects(site.restore({ thread }), /the thread that opens blobs has ended: .*no-such-file/);
  });
});

suite('a thread is started', () => {
  test('when there is much to restore, also where that shows only on the way', async () => {
    const site = await shared();
    const thread = makeThread(site);
    assert.deepEqual(problemsOf(await site.restore({ thread })), []);
    assert.ok(thread.isStarted);
    assert.deepEqual(compareTrees(site.home, site.target), []);
  });

  test('not for a few megabytes', async () => {
    const site = await shared();
    const thread = makeThread(site);
    const report = await site.restore({ selection: [['large', 'f1'], ['small']], thread });
    assert.deepEqual([problemsOf(report), thread.isStarted], [[], false]);
  });
});

test('a blob that nobody announced is read all the same, and the announced ones still come in order', async (t) => {
  const site = await makeRestoreSite(t);
  const made = await HostileTree.begin(await site.open());
  const texts = ['one', 'two', 'three', 'four'];
  const ids: ReturnType<typeof parseBlobId>[] = [];
  for (const text of texts) ids.push(parseBlobId(await made.data(Buffer.from(text))));
  await made.home(await made.tree([]));
  const repository = await site.open();
  const thread = startThread(site);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const ahead = new BlobsAhead(reader, thread);
  try {
    const [first, second] = [ahead.announce(ids.slice(0, 3), 11), ahead.announce(ids, 15)];
    const read = async (index: number): Promise<string> => {
      const id = ids[index];
      assert.ok(id !== undefined);
      return (await ahead.read('data', id)).toString();
    };
    assert.deepEqual([await read(3), await read(0), await read(2)], ['four', 'one', 'three']);
    assert.ok(first !== undefined && second !== undefined);
    await ahead.finish(first);
    assert.deepEqual([await read(0), await read(1), await read(2), await read(3)], texts);
    await ahead.finish(second);
  } finally {
    reader.close();
    await thread.close();
  }
});

test('without a thread nothing is announced', async (t) => {
  const site = await makeRestoreSite(t);
  const repository = await site.open();
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const ahead = new BlobsAhead(reader, new OpeningThread(() => assert.fail()));
  assert.equal(ahead.announce([parseBlobId('ab'.repeat(32))], 100), undefined);
  reader.close();
});

function same(site: RestoreSite, ...path: string[]): boolean {
  const restored = join(site.target, ...path);
  return existsSync(restored) && readFileSync(restored).equals(readFileSync(join(site.home, ...path)));
}
