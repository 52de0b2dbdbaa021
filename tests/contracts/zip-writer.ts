import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { ZipEntry, ZipSink, ZipWriter } from '../../plugin/contracts/zip-writer.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { gather, listZip, readZipDirectory, sparseSink, testZip } from '../support/zip-files.ts';

const modified = new Date('2026-11-21T04:12:08Z');
const entry = (name: string, changes: Partial<ZipEntry> = {}): ZipEntry => {
  return { name, mode: 0o640, modified, compress: true, ...changes };
};
const gibibyte = 2 ** 30;

async function fillWithAll(zip: ZipWriter): Promise<number> {
  await zip.folder(entry('site', { mode: 0o750 }));
  await zip.folder(entry('site/empty', { mode: 0o755 }));
  await zip.file(entry('site/κείμενο.txt'), Buffer.from('text '.repeat(2000)));
  await zip.file(entry('site/photo.jpg', { compress: false }), Buffer.from('jpeg'));
  await zip.symlink(entry('site/latest', { mode: 0o777 }), 'releases/7\\0 ö');
  await zip.beginFile(entry('site/large.log'));
  for (let part = 0; part < 40; part++) await zip.data(Buffer.alloc(100_000, part));
  await zip.endFile();
  await zip.file(entry('site/nothing'), Buffer.alloc(0));
  return zip.finish();
}

/** What every implementation of `plugin/contracts/zip-writer.ts` promises. */
export function testZipWriter(title: string, open: (sink: ZipSink) => ZipWriter): void {
  suite(`a zip by ${title}`, () => {
    const folder = suiteFolder();

    test('holds files, folders and links with names, modes and times', async () => {
      const file = join(folder, 'all.zip');
      const { sink, bytes } = gather();
      const zip = open(sink);
      assert.equal(await fillWithAll(zip), bytes().length);
      await zip.close();
      writeFileSync(file, bytes());
      assert.equal(testZip(file), '');
      const listed = listZip(file).map(({ name, mode, size }) => `${name} ${mode.toString(8)} ${size}`);
      assert.deepEqual(listed, [
        'site/ 40750 0',
        'site/empty/ 40755 0',
        'site/κείμενο.txt 100640 10000',
        'site/photo.jpg 100640 4',
        'site/latest 120777 15',
        'site/large.log 100640 4000000',
        'site/nothing 100640 0',
      ]);
      for (const { name, time, isUtf8 } of listZip(file)) {
        assert.deepEqual(time, [2026, 11, 21, 4, 12, 8]);
        assert.equal(isUtf8, name.includes('κ'));
      }
    });

    test('is the same for the same calls, however slowly it is taken', async () => {
      const quick = gather();
      const slow = gather();
      await fillWithAll(open(quick.sink));
      await fillWithAll(
        open(async (bytes) => {
          for (let turn = 0; turn < 5; turn++) await nextTurn();
          await slow.sink(bytes);
        }),
      );
      assert.ok(quick.bytes().equals(slow.bytes()));
    });

    test('holds more than 65,535 entries', async () => {
      const file = join(folder, 'many.zip');
      const { sink, bytes } = gather();
      const zip = open(sink);
      const count = 65_600;
      for (let index = 0; index < count; index++) {
        await zip.file(entry(`folder/file ${index}`, { compress: false }), Buffer.from(`content ${index}`));
      }
      await zip.finish();
      await zip.close();
      writeFileSync(file, bytes());
      assert.equal(testZip(file), '');
      const listed = readZipDirectory(file);
      assert.equal(listed.length, count);
      assert.deepEqual([listed.at(-1)?.name, listed.at(-1)?.size], [`folder/file ${count - 1}`, 13]);
    });

    test('holds files of more than 4 GiB, and others after them, in little memory', async () => {
      const file = join(folder, 'large.zip');
      const { sink, close } = sparseSink(file);
      const zip = open(sink);
      const piece = Buffer.alloc(4 * 1024 * 1024);
      const before = process.memoryUsage.rss();
      let most = before;
      await zip.beginFile(entry('zeros.mp4', { compress: false }));
      let [size, crc] = [0, 0];
      for (; size < 4.1 * gibibyte; size += piece.length) {
        await zip.data(piece);
        crc = crc32(piece, crc);
        most = Math.max(most, process.memoryUsage.rss());
      }
      await zip.endFile();
      await zip.file(entry('after.txt'), Buffer.from('after'));
      const bytes = await zip.finish();
      await zip.close();
      close();
      assert.equal(statSync(file).size, bytes);
      // what comes after it is only found when it is exactly as long as is said
      assert.equal(testZip(file, 'after.txt'), '');
      assert.deepEqual(readZipDirectory(file), [
        { name: 'zeros.mp4', size, crc },
        { name: 'after.txt', size: 5, crc: crc32('after') },
      ]);
      assert.ok(most - before < 64 * 1024 * 1024, `${(most - before) / 1e6} MB`);
    });
  });

  suite(`a zip by ${title} that comes to no end`, () => {
    test('tells what its sink threw, to whoever adds to it next', async () => {
      const zip = open(async () => {
        throw new Error('the customer has gone');
      });
      const work = async (): Promise<void> => {
        for (;;) await zip.file(entry('file'), randomBytes(100_000));
      };
      await assert.rejects(work, { message: 'the customer has gone' });
      await assert.rejects(zip.finish(), { message: 'the customer has gone' });
      await zip.close();
    });

    test('holds a few megabytes while its sink takes nothing', async () => {
      let added = 0;
      const zip = open(() => new Promise(() => {}));
      const work = async (): Promise<void> => {
        for (;;) {
          await zip.file(entry('file', { compress: false }), randomBytes(100_000));
          added += 100_000;
        }
      };
      const ended = assert.rejects(work, { message: 'the zip was closed' });
      for (let known = -1; known < added;) {
        known = added;
        for (let turn = 0; turn < 1000; turn++) await nextTurn();
      }
      assert.ok(added < 16e6, `${added} bytes`);
      await zip.close();
      await ended;
    });

    test('leaves nothing behind, however often', async () => {
      const once = async (): Promise<void> => {
        const zip = open(async () => {});
        await zip.file(entry('small'), randomBytes(50_000));
        await zip.beginFile(entry('large'));
        await zip.data(randomBytes(300_000));
        await zip.close();
      };
      for (let round = 0; round < 100; round++) await once();
      const before = process.memoryUsage.rss();
      for (let round = 0; round < 300; round++) await once();
      const grown = process.memoryUsage.rss() - before;
      assert.ok(grown < 60e6, `${grown / 1e6} MB`); // 300 deflaters alone take 80 MB
    });
  });
}
