import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import type { IndexedEntry } from '../../../plugin/archives/archived-entry.ts';
import { openIndexOf, type ReadableArchive } from '../../../plugin/archives/open-archive.ts';
import type { ArchiveStore } from '../../../plugin/contracts/archive-store.ts';
import { makeArchiveSite, type ArchiveSite } from '../../support/archive-site.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const names = { plain: 'public_html/index.php', large: 'public_html/dump.sql', odd: Buffer.from([0x61, 0xff, 0x0a]) };

function fill({ home }: ArchiveSite): void {
  mkdirSync(join(home, 'public_html/empty'), { recursive: true });
  writeFileSync(join(home, names.plain), '<?php echo 1;\n'.repeat(900));
  writeFileSync(join(home, 'public_html/photo.jpg'), randomBytes(50_000));
  writeFileSync(join(home, names.large), Buffer.concat([randomBytes(300_000), Buffer.alloc(6_000_000, 'row ')]));
  writeFileSync(join(home, 'public_html/Ελλάδα.txt'), 'γεια');
  writeFileSync(Buffer.concat([Buffer.from(`${home}/`), names.odd]), 'odd');
  symlinkSync('index.php', join(home, 'public_html/link'));
  for (let number = 0; number < 560; number++) writeFileSync(join(home, `public_html/empty/f${number}`), `${number}`);
}

async function contents(archive: ReadableArchive): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const entry of archive.entries()) {
    const hash = createHash('sha256');
    if (entry.sha256 !== undefined) for await (const piece of archive.read(entry)) hash.update(piece);
    found.set(entry.name, entry.sha256 === undefined ? entry.type : hash.digest('hex'));
  }
  return found;
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

async function only(archive: ReadableArchive, name: string): Promise<IndexedEntry> {
  for await (const entry of archive.entries()) if (entry.name === name) return entry;
  throw new Error(`no ${name}`);
}

suite('an archive', () => {
  test('opens with age, unzip and sha256sum', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    fill(site);
    await site.archive('one-full');
    const unpacked = site.unpack('one-full');
    assert.match(
      execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: unpacked, encoding: 'utf8' }),
      /index\.php: OK/,
    );
    rmSync(Buffer.concat([Buffer.from(`${site.home}/`), names.odd]));
    rmSync(join(unpacked, 'files/a~xff~x0a'));
    execFileSync('diff', ['-r', '--no-dereference', site.home, join(unpacked, 'files')]);
    const manifest = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8')) as {
      files: number;
      entries: object[];
    };
    assert.equal(manifest.files, 565);
    assert.equal(manifest.entries.length, 565 + 2 + 1);
  });

  test('gives back every file by its index, and without it by the zip alone', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    fill(site);
    await site.archive('one-full');
    const byIndex = await contents(await site.open('one-full'));
    assert.equal(byIndex.get(`files/${names.large}`), hashOf(join(site.home, names.large)));
    assert.equal(byIndex.get('files/public_html/link'), 'symlink');
    rmSync(join(site.destination, 'maria/one-full.index.age'));
    assert.deepEqual(await contents(await site.openAlone('one-full')), byIndex);
  });

  test('that is differential holds what changed, and gives back everything', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    fill(site);
    const { sealedBytes: fullBytes } = await site.archive('one-full');
    writeFileSync(join(site.home, names.plain), 'changed');
    writeFileSync(join(site.home, 'public_html/new.txt'), 'new');
    rmSync(join(site.home, 'public_html/photo.jpg'));
    const made = await site.archive('two-diff', await site.index('one-full'));
    assert.equal(made.facts.full, 'one-full');
    assert.deepEqual([made.facts.filesHere, made.facts.files], [2, 565]);
    assert.ok(made.sealedBytes < fullBytes / 4, `${made.sealedBytes} of ${fullBytes}`);
    for (const archive of [await site.open('two-diff'), await site.openAlone('two-diff')]) {
      const found = await contents(archive);
      assert.equal(found.get(`files/${names.plain}`), hashOf(join(site.home, names.plain)));
      assert.equal(found.get(`files/${names.large}`), hashOf(join(site.home, names.large)));
      assert.equal(found.has('files/public_html/photo.jpg'), false);
      assert.equal(found.size, 565 + 2 + 1);
    }
  });

  test('reads a file again that was changed within the second in which the full archive began', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    const file = join(site.home, 'counter');
    writeFileSync(file, 'one');
    await site.archive('one-full', undefined, new Date());
    const status = { atime: new Date('2026-01-01'), mtime: new Date('2026-01-01') };
    writeFileSync(file, 'two');
    utimesSync(file, status.atime, status.mtime);
    const made = await site.archive('two-diff', await site.index('one-full'));
    assert.equal(made.facts.filesHere, 1);
  });

  test('needs three requests for one file, and little more than the file', async (context) => {
    let requests = 0;
    let bytes = 0;
    const counting = (store: ArchiveStore): ArchiveStore => ({
      ...store,
      readRange(key, offset, length) {
        requests++;
        bytes += length;
        return store.readRange(key, offset, length);
      },
    });
    const site = await makeArchiveSite(temporaryFolder(context), counting);
    fill(site);
    await site.archive('one-full');
    const archive = await site.open('one-full');
    const entry = await archive.find({ name: `files/${names.plain}`, type: 'file' });
    assert.ok(entry !== undefined);
    assert.equal((await all(archive.read(entry))).toString(), readFileSync(join(site.home, names.plain), 'utf8'));
    assert.ok(requests <= 3, `${requests} requests`);
    assert.ok(bytes < 12_600 + 1_000_000, `${bytes} bytes`);
  });

  test('that was altered anywhere gives out nothing that was not archived', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    fill(site);
    await site.archive('one-full');
    const object = join(site.destination, 'maria/one-full.zip.age');
    const archive = await site.open('one-full');
    const entry = await only(archive, `files/${names.large}`);
    const whole = readFileSync(object);
    const at = (entry.place?.offset ?? 0) + 200_000;
    whole.writeUInt8(whole.readUInt8(at) ^ 1, at);
    writeFileSync(object, whole);
    await failsWith('archive-damaged', () => all(archive.read(entry)));
    await failsWith('archive-damaged', async () => all((await site.openAlone('one-full')).read(entry)));
  });

  test('that was cut does not open without its index', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    fill(site);
    await site.archive('one-full');
    const object = join(site.destination, 'maria/one-full.zip.age');
    writeFileSync(object, readFileSync(object).subarray(0, -70_000));
    await failsWith('archive-damaged', () => site.openAlone('one-full'));
  });

  test('opens for nobody else', async (context) => {
    const site = await makeArchiveSite(temporaryFolder(context));
    writeFileSync(join(site.home, 'a'), 'a');
    await site.archive('one-full');
    const other = await makeArchiveSite(temporaryFolder(context));
    const address = { store: site.store, folder: 'maria', name: 'one-full', identities: [other.identity] };
    const size = readFileSync(join(site.destination, 'maria/one-full.index.age')).length;
    await failsWith('key-unusable', () => openIndexOf(address, size));
  });

  test('that could not be stored whole leaves nothing', async (context) => {
    const failing = (store: ArchiveStore): ArchiveStore => ({
      ...store,
      async create(key) {
        const upload = await store.create(key);
        return {
          ...upload,
          finish: () => Promise.reject(new Error('the line was cut')),
          write: (bytes) => upload.write(bytes),
          abort: () => upload.abort(),
        };
      },
    });
    const site = await makeArchiveSite(temporaryFolder(context), failing);
    fill(site);
    await assert.rejects(site.archive('one-full'), /the line was cut/);
    assert.equal(execFileSync('find', [site.destination, '-type', 'f'], { encoding: 'utf8' }), '');
  });
});
