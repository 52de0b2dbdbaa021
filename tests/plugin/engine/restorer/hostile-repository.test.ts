import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { parseBlobId } from '../../../../plugin/domain/ids.ts';
import { BlobReader } from '../../../../plugin/engine/blob-reader.ts';
import { countSelection } from '../../../../plugin/engine/count-selection.ts';
import { RepositoryIndex } from '../../../../plugin/engine/repository-index.ts';
import { isRoot } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';
import { file, folder, HostileTree, special, symlink } from '../../../support/hostile-tree.ts';
import { makeRestoreSite, openTenantWriter, problemsOf, type RestoreSite } from '../../../support/restore-site.ts';
import { attributes, writeFile } from '../../../support/tenant-files.ts';

interface Scene {
  readonly site: RestoreSite;
  readonly made: HostileTree;
  readonly good: string;
}

async function begin(t: TestContext): Promise<Scene> {
  const site = await makeRestoreSite(t);
  const made = await HostileTree.begin(await site.open());
  return { site, made, good: await made.data(Buffer.from('good')) };
}

const restore = async ({ site, made }: Scene, tree: string) => site.restore({ home: await made.home(tree) });

suite('a repository that was made to do harm does none', () => {
  for (const bad of ['..', '.', '', 'a/b', '/etc/passwd', '\\x00', 'x'.repeat(256)]) {
    test(`a folder that holds the name ${JSON.stringify(bad.slice(0, 12))} is told and left out, the rest comes back`, async (t) => {
      const scene = await begin(t);
      const inner = await scene.made.tree([file(bad, [scene.good])]);
      const report = await restore(scene, await scene.made.tree([folder('bad', inner), file('good', [scene.good])]));
      assert.deepEqual(problemsOf(report), ['!content-missing bad']);
      assert.deepEqual(readdirSync(scene.site.target), ['good']);
      assert.deepEqual(readdirSync(scene.site.folder).includes('good'), false);
    });
  }

  test('names that come twice or out of order end their folder', async (t) => {
    const scene = await begin(t);
    const twice = await scene.made.tree([symlink('a', '/etc'), folder('a', await scene.made.tree([]))]);
    const mixed = await scene.made.tree([file('b', [scene.good]), file('a', [scene.good])]);
    const report = await restore(scene, await scene.made.tree([folder('mixed', mixed), folder('twice', twice)]));
    assert.deepEqual(problemsOf(report), ['!content-missing mixed', '!content-missing twice']);
  });

  test('names out of order are found across the parts in which a large folder is read', async (t) => {
    const scene = await begin(t);
    const names = Array.from({ length: 300 }, (_, index) => `f${String(index).padStart(3, '0')}`);
    const nodes = [...names, 'f000'].map((name) => file(name, [scene.good]));
    const report = await restore(scene, await scene.made.tree([folder('large', await scene.made.tree(nodes))]));
    assert.deepEqual(problemsOf(report), ['!content-missing large']);
    assert.ok(existsSync(join(scene.site.target, 'large', 'f000')));
  });

  test('setuid, setgid, sticky, capabilities and trusted attributes are not set on files', async (t) => {
    const scene = await begin(t);
    const mode = 2 ** 23 + 2 ** 22 + 2 ** 20 + 0o755;
    const extended = ['security.capability', 'trusted.x', 'system.x', 'user.kept'].map((name) => ({
      name,
      value: 'AQAAAg==',
    }));
    const report = await restore(
      scene,
      await scene.made.tree([file('f', [scene.good], { mode, extended_attributes: extended })]),
    );
    assert.deepEqual(problemsOf(report).toSorted(), ['attribute-not-set f', 'mode-reduced f']);
    assert.equal(lstatSync(join(scene.site.target, 'f')).mode & 0o7777, 0o755);
    const shown = execFileSync('getfattr', ['-d', '-m', '-', 'f'], { cwd: scene.site.target, encoding: 'utf8' });
    assert.match(shown, /user\.kept/);
    assert.doesNotMatch(shown, /capability|trusted/);
  });

  test('owners that the tenant cannot give are told, and the file is the tenant’s', async (t) => {
    const scene = await begin(t);
    const nodes = [
      file('root', [scene.good], { uid: 0, gid: 0 }),
      file('stranger', [scene.good], { uid: 4_000_000_000 }),
    ];
    const report = await restore(scene, await scene.made.tree(nodes));
    assert.deepEqual(problemsOf(report), ['owner-not-set root', 'owner-not-set stranger']);
    if (isRoot) assert.deepEqual(statSync(join(scene.site.target, 'root')).uid, 20001);
  });

  test('devices and sockets are refused', async (t) => {
    const scene = await begin(t);
    const types = ['chardev', 'dev', 'irregular', 'socket'];
    const report = await restore(scene, await scene.made.tree(types.map((type) => special(type, type))));
    assert.deepEqual(
      problemsOf(report),
      types.map((type) => `!type-refused ${type}`),
    );
    assert.deepEqual(readdirSync(scene.site.target), []);
  });

  test('a file whose size is a lie comes back as its content is', async (t) => {
    const scene = await begin(t);
    const nodes = [file('long', [scene.good], { size: 2 ** 50 }), file('short', [scene.good, scene.good], { size: 1 })];
    const report = await restore(scene, await scene.made.tree(nodes));
    assert.deepEqual([problemsOf(report), report.bytes], [[], 12]);
    assert.equal(readFileSync(join(scene.site.target, 'short'), 'utf8'), 'goodgood');
  });

  test('a file of which a part is missing is told and left out, others come back', async (t) => {
    const scene = await begin(t);
    const nodes = [file('bad', [scene.good, 'ab'.repeat(32)]), file('good', [scene.good])];
    const report = await restore(scene, await scene.made.tree(nodes));
    assert.deepEqual(problemsOf(report), ['!content-missing bad']);
    assert.deepEqual(readdirSync(scene.site.target), ['good']);
  });

  test('a folder whose tree is missing is told and left out, others come back', async (t) => {
    const scene = await begin(t);
    const report = await restore(
      scene,
      await scene.made.tree([folder('bad', 'ab'.repeat(32)), file('good', [scene.good])]),
    );
    assert.deepEqual(problemsOf(report), ['!content-missing bad']);
    assert.deepEqual(readdirSync(scene.site.target), ['good']);
  });

  test('files that share a number but not their content stay two files', async (t) => {
    const scene = await begin(t);
    const other = await scene.made.data(Buffer.from('evil'));
    const nodes = [
      file('a', [scene.good], { links: 9 }),
      file('b', [other], { links: 9 }),
      file('c', [scene.good], { links: 9 }),
    ];
    await restore(scene, await scene.made.tree(nodes));
    const at = (name: string): string => join(scene.site.target, name);
    assert.deepEqual([readFileSync(at('a'), 'utf8'), readFileSync(at('b'), 'utf8')], ['good', 'evil']);
    assert.equal(statSync(at('a')).ino, statSync(at('c')).ino);
  });

  test('trees in a form that nobody writes are read or refused, never half understood', async (t) => {
    const scene = await begin(t);
    const node = JSON.stringify(file('f', [scene.good]));
    const trees = {
      cut: await scene.made.text(`{"nodes":[${node}`),
      extra: await scene.made.text(`{"nodes":[${node},]}`),
      null: await scene.made.text('{"nodes":null}\n'),
      order: await scene.made.text(`{"more":1,"nodes":[${node}]}`),
      quotes: await scene.made.text(`{"nodes":[${JSON.stringify(symlink('a\\"]}', ']}\\'))}]}`),
    };
    const nodes = Object.entries(trees).map(([name, tree]) => folder(name, tree));
    const report = await restore(scene, await scene.made.tree(nodes));
    assert.deepEqual(problemsOf(report), ['!content-missing cut', '!content-missing extra']);
    assert.deepEqual(readdirSync(join(scene.site.target, 'order')), ['f']);
    assert.equal(readdirSync(join(scene.site.target, 'quotes')).length, 1);
  });

  test('3,000 levels come back, and can be counted', async (t) => {
    const scene = await begin(t);
    let tree = await scene.made.tree([file('bottom', [scene.good])]);
    for (let level = 0; level < 3000; level++) tree = await scene.made.tree([folder('d', tree)]);
    try {
      const report = await restore(scene, tree);
      assert.deepEqual([problemsOf(report), report.folders, report.files], [[], 3000, 1]);
    } finally {
      execFileSync('rm', ['-rf', scene.site.target]);
    }
  });

  test('levels without end of large folders are walked in little memory', async (t) => {
    const scene = await begin(t);
    const padding = Array.from({ length: 2000 }, (_, index) => special(`p${index + 1000}`, 'socket'));
    let tree = await scene.made.tree(padding);
    for (let level = 0; level < 300; level++) tree = await scene.made.tree([folder('d', tree), ...padding]);
    const repository = await scene.site.open();
    const home = await scene.made.home(tree);
    const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
    const before = process.memoryUsage().rss;
    const counts = await countSelection({ reader, home, selection: [[]], signal: new AbortController().signal });
    reader.close();
    assert.deepEqual([counts.folders, counts.refused], [300, 301 * 2000]);
    const grown = Math.round((process.memoryUsage().rss - before) / 2 ** 20);
    t.diagnostic(`grew by ${grown} MiB`);
    assert.ok(grown < 250, `${grown} MiB`); // held whole, these nodes would take over 600
  });

  test('a home that is no folder is not found', async (t) => {
    const scene = await begin(t);
    const home = await scene.made.home(await scene.made.tree([]));
    await failsWith('not-found', () => scene.site.restore({ home: { ...home, type: 'file', subtree: undefined } }));
    const missing = { ...home, subtree: parseBlobId('ab'.repeat(32)) };
    await failsWith('repository-damaged', () => scene.site.restore({ home: missing }));
  });
});

suite('the writer refuses by itself what should never reach it', () => {
  test('names that lead elsewhere', async (t) => {
    const site = await makeRestoreSite(t);
    const writer = await openTenantWriter(site.target);
    for (const name of ['..', '.', '', 'a/b', 'x\0y', 'x'.repeat(300)]) {
      await writeFile(writer, name, 'bad');
      await writer.symlink(Buffer.from(name), Buffer.from('/etc'), attributes());
      await writer.fifo(Buffer.from(name), attributes());
      await writer.hardLink(Buffer.from(name), [Buffer.from('ok')]);
      await writer.enter(Buffer.from(name), false);
      await writeFile(writer, 'inside', 'bad');
      await writer.leave(attributes());
    }
    await writeFile(writer, 'ok', 'good');
    await writer.hardLink(Buffer.from('linked'), [Buffer.from('..'), Buffer.from('victim')]);
    const report = await writer.finish(undefined);
    await writer.close();
    assert.deepEqual(readdirSync(site.target), ['ok']);
    assert.equal(report.problemCount, 6 * 6 + 1);
    assert.ok(report.problems.every(({ reason, lost }) => reason === 'name-refused' && lost));
  });

  test('a link, and then a child below it', async (t) => {
    const site = await makeRestoreSite(t);
    const elsewhere = join(site.folder, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o777 });
    execFileSync('chmod', ['777', elsewhere]);
    const writer = await openTenantWriter(site.target);
    await writer.symlink(Buffer.from('a'), Buffer.from(elsewhere), attributes());
    await writer.enter(Buffer.from('a'), true);
    await writeFile(writer, 'child', 'bad');
    await writer.leave(attributes());
    await writer.hardLink(Buffer.from('b'), [Buffer.from('a'), Buffer.from('child')]);
    const report = await writer.finish(undefined);
    await writer.close();
    assert.deepEqual(problemsOf(report), ['!in-the-way a', '!in-the-way b']);
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  test('attributes larger than any system keeps', async (t) => {
    const site = await makeRestoreSite(t);
    const writer = await openTenantWriter(site.target);
    const huge = Array.from({ length: 40 }, (_, index) => ({ name: `user.${index}`, value: Buffer.alloc(60_000) }));
    await writeFile(writer, 'f', 'x', { attributes: huge });
    const report = await writer.finish(undefined);
    await writer.close();
    assert.deepEqual([problemsOf(report), report.files], [['attribute-not-set f'], 1]);
  });
});
