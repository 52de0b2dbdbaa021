import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';
import { makeSite, differences, type BackupSite } from '../../support/backup-site.ts';
import { change, flipBit, largestPack } from '../../support/damage.ts';
import {
  file as fileNode,
  folder as folderNode,
  HostileTree,
  special,
  symlink as linkNode,
} from '../../support/hostile-tree.ts';
import { hostileNames } from '../../support/odd-names.ts';
import { gather, listZip, testZip, unpackZip } from '../../support/zip-files.ts';
import { zipTo, zipToFile } from '../../support/zip-site.ts';

const noon = new Date('2026-11-21T12:00:00Z');

/** Times that a zip can hold, so that all can be compared. */
function settleTimes(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) execFileSync('touch', ['-h', '-d', noon.toISOString(), name]);
    else utimesSync(name, noon, noon);
  }
  utimesSync(folder, noon, noon);
}

function writeSite(home: string): void {
  for (const folder of ['public_html/εικόνες', 'empty', 'private'])
    mkdirSync(path.join(home, folder), { recursive: true });
  writeFileSync(path.join(home, 'public_html/index.php'), '<?php echo 1;'.repeat(4000));
  writeFileSync(path.join(home, 'public_html/εικόνες/photo.jpg'), randomBytes(900_000));
  writeFileSync(path.join(home, 'public_html/dump.sql'), 'INSERT INTO t VALUES (1, 2, 3);\n'.repeat(400_000));
  writeFileSync(path.join(home, 'private/key'), 'secret', { mode: 0o600 });
  writeFileSync(path.join(home, 'private/run.sh'), '#!/bin/sh', { mode: 0o755 });
  writeFileSync(path.join(home, 'private/nothing'), '');
  symlinkSync('../private/key', path.join(home, 'public_html/link'));
  linkSync(path.join(home, 'private/key'), path.join(home, 'private/second-name'));
  chmodSync(path.join(home, 'private'), 0o700);
  settleTimes(home);
}

async function backedUpSite(context: Parameters<typeof makeSite>[0]): Promise<BackupSite> {
  const site = await makeSite(context);
  writeSite(site.home);
  await site.backUp();
  return site;
}

suite('a zip of a restore point', () => {
  test('unpacks to what was backed up: contents, modes, links, folders, times', async (t) => {
    const site = await backedUpSite(t);
    const { file, problems } = await zipToFile(site);
    assert.deepEqual(problems, []);
    assert.equal(testZip(file), '');
    const unpacked = path.join(site.folder, 'unpacked');
    unpackZip(file, unpacked);
    utimesSync(unpacked, noon, noon);
    chmodSync(unpacked, 0o755);
    chmodSync(site.home, 0o755);
    // a zip knows no second names
    rmSync(path.join(site.home, 'private/second-name'));
    rmSync(path.join(unpacked, 'private/second-name'));
    settleTimes(site.home);
    settleTimes(unpacked);
    assert.deepEqual(differences(site.home, unpacked), []);
  });

  test('holds the chosen paths only, under their whole names', async (t) => {
    const site = await backedUpSite(t);
    const { file } = await zipToFile(site, {
      selection: [
        ['public_html', 'εικόνες'],
        ['private', 'key'],
      ],
    });
    const names = listZip(file).map(({ name }) => name);
    assert.deepEqual(names, ['private/key', 'public_html/εικόνες/', 'public_html/εικόνες/photo.jpg']);
  });

  test('stores what is compressed already, and compresses the rest', async (t) => {
    const site = await backedUpSite(t);
    writeFileSync(path.join(site.home, 'unknown.bin'), randomBytes(1_000_000));
    await site.backUp();
    const stored = listZip((await zipToFile(site)).file).filter(({ isStored, size }) => isStored && size > 8192);
    assert.deepEqual(
      stored.map(({ name }) => name),
      ['public_html/εικόνες/photo.jpg', 'unknown.bin'],
    );
  });

  test('has the same bytes each time', async (t) => {
    const site = await backedUpSite(t);
    const [left, right] = [gather(), gather()];
    await zipTo(site, left.sink);
    await zipTo(site, right.sink);
    assert.ok(left.bytes().equals(right.bytes()));
  });

  test('gives every hostile name a safe one of its own, and tells which', async (t) => {
    const site = await makeSite(t);
    const content = (name: Buffer): string => createHash('sha256').update(name).digest('hex');
    for (const name of hostileNames) {
      writeFileSync(Buffer.concat([Buffer.from(`${site.home}/`), name]), content(name));
    }
    await site.backUp();
    const { file, problems } = await zipToFile(site);
    assert.equal(testZip(file), '');
    const listed = listZip(file);
    assert.equal(new Set(listed.map(({ name }) => name)).size, hostileNames.length);
    const contents = new Set(listed.map(({ sha256 }) => sha256));
    for (const name of hostileNames) assert.ok(contents.has(createHash('sha256').update(content(name)).digest('hex')));
    for (const { name } of listed) assert.doesNotMatch(name, /[\p{Cc}\\/]|^\.\.$|^\w+:/u);
    const changed = listed.filter(({ name }) => !hostileNames.some((original) => original.toString() === name));
    assert.ok(problems.length >= changed.length);
    const unpacked = path.join(site.folder, 'unpacked');
    unpackZip(file, unpacked);
    assert.equal(readdirSync(unpacked).length, hostileNames.length);
  });

  test('tells of sockets, devices and pipes, which it cannot hold', async (t) => {
    const site = await makeSite(t);
    const tree = await HostileTree.begin(await site.open());
    const kinds = ['chardev', 'dev', 'fifo', 'irregular', 'socket'];
    const home = await tree.home(await tree.tree(kinds.map((kind) => special(kind, kind))));
    const { file, problems } = await zipToFile(site, { home });
    assert.deepEqual(
      problems,
      kinds.map((kind) => `type-refused ${kind}`),
    );
    assert.deepEqual(listZip(file), []);
  });

  test('of a path that is not there is refused', async (t) => {
    const site = await backedUpSite(t);
    await assert.rejects(zipToFile(site, { selection: [['nothing-here']] }), { code: 'not-found' });
  });
});

suite('in a damaged repository', () => {
  test('files that cannot be read whole are left out and told, all others are in the zip', async (t) => {
    const site = await makeSite(t);
    const tree = await HostileTree.begin(await site.open());
    const good = await tree.data(Buffer.from('good'));
    const missing = 'ab'.repeat(32);
    const home = await tree.home(
      await tree.tree([
        fileNode('a-missing', [good, missing]),
        fileNode('b-good', [good]),
        fileNode('c-large', [good, missing], { size: 100_000_000 }),
        folderNode('d-folder', missing),
        linkNode('e-link', 'anywhere'),
      ]),
    );
    const { file, problems } = await zipToFile(site, { home });
    assert.deepEqual(problems, ['damaged a-missing', 'damaged c-large', 'damaged d-folder']);
    assert.deepEqual(
      listZip(file).map(({ name }) => name),
      ['b-good', 'e-link'],
    );
  });

  test('a large file that is found damaged half-way ends the zip, and its name is told', async (t) => {
    const site = await makeSite(t);
    writeFileSync(path.join(site.home, 'video.mp4'), randomBytes(30_000_000));
    await site.backUp();
    change((await largestPack(site, 'data')).file, flipBit(8_000_000));
    const { sink } = gather();
    await assert.rejects(zipTo(site, sink), {
      code: 'repository-damaged',
      facts: { object: 'video.mp4', problem: 'is not authentic' },
    });
  });

  test('a file that is larger than it says is still whole', async (t) => {
    const site = await makeSite(t);
    const tree = await HostileTree.begin(await site.open());
    const part = await tree.data(randomBytes(1_000_000));
    const home = await tree.home(
      await tree.tree([
        fileNode(
          'a',
          Array.from({ length: 9 }, () => part),
          { size: 1 },
        ),
      ]),
    );
    const { file } = await zipToFile(site, { home });
    assert.deepEqual(
      listZip(file).map(({ size }) => size),
      [9_000_000],
    );
  });
});
