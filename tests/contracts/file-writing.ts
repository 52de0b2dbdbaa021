import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { errorNumbers } from '../../plugin/contracts/file-system.ts';
import type { FileWriting } from '../../plugin/contracts/file-writing.ts';
import { inheritedDescriptors } from '../../plugin/platform/inherited-descriptors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const name = Buffer.from('entry');
const other = Buffer.from('other');
const modified = { seconds: 1_551_675_967, nanoseconds: 123_456_789 };
const acl = 'system.posix_acl_access';

/** What every way of writing promises (`plugin/contracts/file-writing.ts`). */
export function testFileWriting(title: string, open: () => Promise<FileWriting>): void {
  const start = async (t: TestContext) => {
    const writing = await open();
    const path = temporaryFolder(t);
    const folder = openSync(path, 'r');
    t.after(() => closeSync(folder));
    return { writing, folder, at: (entry: Buffer | string) => join(path, entry.toString()) };
  };
  const timeOf = (path: string): bigint => lstatSync(path, { bigint: true }).mtimeNs;
  const exactly = BigInt(modified.seconds) * 1_000_000_000n + BigInt(modified.nanoseconds);
  const isRight = (writing: FileWriting, time: bigint): boolean => {
    const apart = time > exactly ? time - exactly : exactly - time;
    return apart <= (writing.setsAttributes ? 0n : 1000n);
  };

  suite(title, () => {
    test('a file is made for its owner alone, takes bytes at their places, and keeps holes', async (t) => {
      const { writing, folder, at } = await start(t);
      const file = writing.createFile(folder, name);
      assert.equal(writing.write(file, Buffer.from('tail'), 1_048_576), 0);
      assert.equal(writing.write(file, Buffer.from('head'), 0), 0);
      assert.equal(writing.setLength(file, 3_145_728), 0);
      assert.equal(writing.close(file), 0);
      const status = lstatSync(at(name));
      assert.deepEqual([status.mode & 0o777, status.size], [0o600, 3_145_728]);
      assert.ok(status.blocks < 64, `${status.blocks} blocks`);
      const content = readFileSync(at(name));
      assert.deepEqual(
        [content.toString('utf8', 0, 4), content.toString('utf8', 1_048_576, 1_048_580)],
        ['head', 'tail'],
      );
    });

    for (const [what, plant] of [
      ['a file', (path: string) => writeFileSync(path, 'old')],
      ['a link to nothing', (path: string) => symlinkSync('/nowhere/at/all', path)],
      ['a link to a file', (path: string) => symlinkSync('/etc/passwd', path)],
      ['a folder', (path: string) => mkdirSync(path)],
    ] as const) {
      test(`no file is made where ${what} stands`, async (t) => {
        const { writing, folder, at } = await start(t);
        plant(at(name));
        assert.equal(writing.createFile(folder, name), -errorNumbers.EEXIST);
        assert.equal(writing.makeFolder(folder, name), -errorNumbers.EEXIST);
        assert.equal(writing.makeLink(folder, name, Buffer.from('x')), -errorNumbers.EEXIST);
      });
    }

    test('names that lead elsewhere are refused', async (t) => {
      const { writing, folder } = await start(t);
      for (const bad of ['', '.', '..', 'a/b', '../x', 'a\0b', 'x'.repeat(256)]) {
        assert.throws(() => writing.createFile(folder, Buffer.from(bad)), RangeError);
        assert.throws(() => writing.makeFolder(folder, Buffer.from(bad)), RangeError);
        assert.throws(() => writing.rename(folder, name, Buffer.from(bad)), RangeError);
        assert.throws(() => writing.remove(folder, Buffer.from(bad)), RangeError);
      }
    });

    test('mode and times are set as said', async (t) => {
      const { writing, folder, at } = await start(t);
      const file = writing.createFile(folder, name);
      assert.equal(writing.setMode(file, 0o640), 0);
      assert.equal(writing.setTimes(file, modified), 0);
      writing.close(file);
      assert.equal(lstatSync(at(name)).mode & 0o7777, 0o640);
      assert.ok(isRight(writing, timeOf(at(name))));
    });

    test('times before 1970 are set too', async (t) => {
      const { writing, folder, at } = await start(t);
      const file = writing.createFile(folder, name);
      assert.equal(writing.setTimes(file, { seconds: -86_401, nanoseconds: 0 }), 0);
      writing.close(file);
      assert.equal(timeOf(at(name)), -86_401_000_000_000n);
    });

    test('a link gets its target byte for byte and its own times', async (t) => {
      const { writing, folder, at } = await start(t);
      const target = Buffer.concat([Buffer.from('/etc/pass'), Buffer.of(0xff)]);
      assert.equal(writing.makeLink(folder, name, target), 0);
      assert.equal(writing.setEntryTimes(folder, name, modified), 0);
      assert.ok(readlinkSync(at(name), { encoding: 'buffer' }).equals(target));
      assert.ok(isRight(writing, timeOf(at(name))));
      assert.ok(writing.makeLink(folder, other, Buffer.alloc(0)) < 0);
    });

    test('a mode set by name never reaches what a link points to', async (t) => {
      const { writing, folder, at } = await start(t);
      writeFileSync(at('victim'), '', { mode: 0o600 });
      symlinkSync('victim', at(name));
      assert.ok(writing.setEntryMode(folder, name, 0o666) < 0);
      assert.equal(lstatSync(at('victim')).mode & 0o777, 0o600);
      mkdirSync(at(other), { mode: 0o700 });
      assert.equal(writing.setEntryMode(folder, other, 0o500), 0);
      assert.equal(lstatSync(at(other)).mode & 0o777, 0o500);
    });

    test('a hard link names the same file, and of a link the link itself', async (t) => {
      const { writing, folder, at } = await start(t);
      writeFileSync(at('file'), 'x');
      symlinkSync('file', at('link'));
      assert.equal(writing.makeHardLink({ folder, name: Buffer.from('file') }, { folder, name }), 0);
      assert.equal(writing.makeHardLink({ folder, name: Buffer.from('link') }, { folder, name: other }), 0);
      assert.equal(lstatSync(at(name)).ino, lstatSync(at('file')).ino);
      assert.ok(lstatSync(at(other)).isSymbolicLink());
    });

    test('a rename replaces files and links, and never a folder', async (t) => {
      const { writing, folder, at } = await start(t);
      writeFileSync(at('victim'), 'untouched');
      symlinkSync('victim', at(name));
      writeFileSync(at(other), 'new');
      assert.equal(writing.rename(folder, other, name), 0);
      assert.deepEqual([readFileSync(at(name), 'utf8'), readFileSync(at('victim'), 'utf8')], ['new', 'untouched']);
      mkdirSync(at(other));
      assert.equal(writing.rename(folder, name, other), -errorNumbers.EISDIR);
      assert.equal(readFileSync(at(name), 'utf8'), 'new');
    });

    test('files and links are removed, folders are not', async (t) => {
      const { writing, folder, at } = await start(t);
      writeFileSync(at('kept'), '');
      linkSync(at('kept'), at(name));
      mkdirSync(at(other));
      assert.equal(writing.remove(folder, name), 0);
      assert.ok(writing.remove(folder, other) < 0);
      assert.equal(writing.remove(folder, name), -errorNumbers.ENOENT);
      assert.ok(existsSync(at('kept')) && existsSync(at(other)));
    });

    test('a folder is removed when it is empty, and nothing else is taken for one', async (t) => {
      const { writing, folder, at } = await start(t);
      mkdirSync(join(at(name), 'in'), { recursive: true });
      symlinkSync('entry', at(other));
      writeFileSync(at('file'), 'kept');
      assert.equal(writing.removeFolder(folder, name), -errorNumbers.ENOTEMPTY);
      assert.equal(writing.removeFolder(folder, other), -errorNumbers.ENOTDIR);
      assert.equal(writing.removeFolder(folder, Buffer.from('file')), -errorNumbers.ENOTDIR);
      rmSync(join(at(name), 'in'), { recursive: true });
      assert.equal(writing.removeFolder(folder, name), 0);
      assert.equal(writing.removeFolder(folder, name), -errorNumbers.ENOENT);
      assert.deepEqual([existsSync(at('file')), readlinkSync(at(other))], [true, 'entry']);
      assert.throws(() => writing.removeFolder(folder, Buffer.from('..')), RangeError);
    });

    test('what is written can be made safe on disk', async (t) => {
      const { writing, folder } = await start(t);
      const file = writing.createFile(folder, name);
      assert.equal(writing.syncFile(file), 0);
      assert.equal(writing.syncFile(folder), 0);
      assert.equal(await writing.syncFileSystem(folder), 0);
      writing.close(file);
      if (writing.syncsAtOnce) assert.equal(await writing.syncFileSystem(12_345), -9); // EBADF
    });

    test('attributes and FIFOs are set, or it says that they cannot be', async (t) => {
      const { writing, folder, at } = await start(t);
      const file = writing.createFile(folder, name);
      const set = writing.setAttribute(file, 'user.note', Buffer.from('kept'));
      const made = writing.makeFifo(folder, other);
      assert.equal(set, writing.setsAttributes ? 0 : -errorNumbers.EOPNOTSUPP);
      assert.equal(made, writing.setsAttributes ? 0 : -errorNumbers.EOPNOTSUPP);
      assert.equal(writing.hasAttribute(file, 'user.note'), writing.setsAttributes);
      if (writing.setsAttributes) {
        const shown = execFileSync('getfattr', ['--only-values', '-n', 'user.note', at(name)], { encoding: 'utf8' });
        assert.equal(shown, 'kept');
        assert.ok(lstatSync(at(other)).isFIFO());
      }
      assert.equal(writing.removeAttribute(file, 'user.note'), 0);
      assert.equal(writing.removeAttribute(file, acl), 0);
      writing.close(file);
    });

    test('a pipe carries bytes to whoever is given its end and is inherited by nobody else, or there is none', async (t) => {
      const { writing } = await start(t);
      const pipe = writing.openPipe(1_048_576);
      assert.equal(pipe !== undefined, writing.kind === 'native');
      if (pipe === undefined) return;
      const sent = Buffer.alloc(65_536, 'x'); // what any pipe holds
      assert.equal(writeSync(pipe.writeEnd, sent), sent.length);
      assert.ok(!inheritedDescriptors().some((open) => open === pipe.readEnd || open === pipe.writeEnd));
      closeSync(pipe.writeEnd);
      assert.ok(readFileSync(pipe.readEnd).equals(sent));
      closeSync(pipe.readEnd);
    });

    test('a full file system answers with its error number', async (t) => {
      const { writing } = await start(t);
      const full = openSync('/dev/full', 'w');
      t.after(() => closeSync(full));
      assert.equal(writing.write(full, Buffer.from('x'), 0), -errorNumbers.ENOSPC);
    });
  });
}
