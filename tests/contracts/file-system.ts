import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { errorNumbers, type FileSystem } from '../../plugin/contracts/file-system.ts';
import { allocateArena } from '../../plugin/platform/native/arena.ts';
import { needsRoot } from '../support/backup-site.ts';
import { hostileNames } from '../support/odd-names.ts';
import {
  assertEntry,
  assertStatus,
  dataSegments,
  listNames,
  named,
  readAll,
  withDescriptor,
  withRoot,
} from '../support/probe-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const leaseScript = fileURLToPath(new URL('../support/hold-lease.py', import.meta.url));
const { ENOENT, EINVAL, EAGAIN, ENOTDIR, ELOOP, EOPNOTSUPP } = errorNumbers;

/** What every implementation of `plugin/contracts/file-system.ts` promises. */
export function testFileSystem(title: string, open: () => FileSystem): void {
  const files = open();
  const isNative = files.kind === 'native';

  suite(`${title}: opening the home`, () => {
    test('follows the folders of an absolute path and leaves the status of the last', (t) => {
      const folder = makeFolders(t);
      withDescriptor(files, files.openRoot(`${folder}/a/b/c`), () => assertStatus(files, `${folder}/a/b/c`));
      withDescriptor(files, files.openRoot('/'), () => assertStatus(files, '/'));
    });

    for (const level of [0, 1, 2]) {
      test(`refuses a link at level ${level} of the path, even to the same folder`, (t) => {
        const folder = makeFolders(t);
        const parts = ['a', 'b', 'c'];
        const place = join(folder, ...parts.slice(0, level));
        symlinkSync(join(place, parts[level] ?? ''), join(place, 'link'));
        const path = [...parts.slice(0, level), 'link', ...parts.slice(level + 1)].join('/');
        assert.ok(statSync(join(folder, path)).isDirectory(), 'a careless program is led there');
        assert.ok([-ELOOP, -ENOTDIR].includes(files.openRoot(join(folder, path))));
      });
    }

    const refused = [
      { title: 'a way back', path: 'a/../a', error: -EINVAL },
      { title: 'the same folder again', path: 'a/./b', error: -EINVAL },
      { title: 'what is not there', path: 'a/missing/c', error: -ENOENT },
      { title: 'a file', path: 'file', error: -ENOTDIR },
      { title: 'what would be below a file', path: 'file/below', error: -ENOTDIR },
    ];
    for (const { title: name, path, error } of refused) {
      test(`refuses ${name}`, (t) => assert.equal(files.openRoot(`${makeFolders(t)}/${path}`), error));
    }

    test('leaves no descriptor open when it fails', (t) => {
      const folder = makeFolders(t);
      const before = readdirSync('/proc/self/fd').length;
      for (const { path } of refused) files.openRoot(`${folder}/${path}`);
      assert.equal(readdirSync('/proc/self/fd').length, before);
    });
  });

  suite(`${title}: listing a folder`, () => {
    test('gives every name, sorted by bytes, whatever bytes it has', (t) => {
      const folder = temporaryFolder(t);
      const names = [...hostileNames, ...manyNames()];
      for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), '');
      const found = withRoot(files, folder, (descriptor) => listNames(files, descriptor));
      assert.deepEqual(
        found,
        names.toSorted((left, right) => Buffer.compare(left, right)),
      );
    });

    test('of an empty folder gives nothing', (t) =>
      assert.deepEqual(
        withRoot(files, temporaryFolder(t), (descriptor) => listNames(files, descriptor)),
        [],
      ));

    test('of a folder that was deleted meanwhile fails or gives nothing', (t) => {
      const folder = makeFolders(t);
      withRoot(files, `${folder}/a/b/c`, (descriptor) => {
        execFileSync('rm', ['-r', `${folder}/a`]);
        const list = files.listFolder(descriptor);
        assert.ok(list === -ENOENT || (typeof list !== 'number' && list.count === 0));
      });
    });
  });

  suite(`${title}: the status of an entry is the system's`, () => {
    for (const time of [
      '1901-12-14 00:00:00.000000001',
      '1969-12-31 23:59:59.999999999',
      '2106-02-07 06:28:16.5',
      '2400-01-01',
    ]) {
      test(`with a time of ${time}`, (t) => {
        const folder = temporaryFolder(t);
        writeFileSync(join(folder, 'file'), 'x');
        execFileSync('touch', ['-d', `${time} UTC`, join(folder, 'file')]);
        assertEntry(files, folder, 'file');
      });
    }

    test('of links, folders, pipes and large files, never of what a link points to', (t) => {
      const folder = makeFolders(t);
      symlinkSync('/etc/passwd', join(folder, 'link'));
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      execFileSync('ln', [join(folder, 'file'), join(folder, 'hard')]);
      execFileSync('truncate', ['-s', '9T', join(folder, 'large')]);
      execFileSync('chmod', ['7751', join(folder, 'a')]);
      for (const name of ['link', 'fifo', 'hard', 'large', 'a', 'file']) assertEntry(files, folder, name);
    });

    test('of devices and large owners', { skip: needsRoot }, (t) => {
      const folder = temporaryFolder(t);
      execFileSync('mknod', [join(folder, 'block'), 'b', '259', '300']);
      writeFileSync(join(folder, 'file'), '');
      execFileSync('chown', ['4294967294:3000000000', join(folder, 'file')]);
      for (const name of ['block', 'file']) assertEntry(files, folder, name);
      withRoot(files, folder, (descriptor) => {
        files.statEntry(descriptor, named('block'), 0);
        assert.equal(BigInt(files.status.device), lstatSync(join(folder, 'block'), { bigint: true }).rdev);
      });
    });

    test('of an open file and an open folder, exactly these', (t) => {
      const folder = makeFolders(t);
      withRoot(files, folder, (descriptor) => {
        withDescriptor(files, files.openFile(descriptor, named('file'), 0), (file) => {
          assertStatus(files, join(folder, 'file'));
          writeFileSync(join(folder, 'file'), 'longer than before');
          assert.equal(files.statOpen(file), 0);
          assertStatus(files, join(folder, 'file'));
        });
        withDescriptor(files, files.openFolder(descriptor, named('a'), 0), () =>
          assertStatus(files, join(folder, 'a')),
        );
      });
    });

    test('of what is not there is ENOENT', (t) =>
      withRoot(files, temporaryFolder(t), (descriptor) =>
        assert.equal(files.statEntry(descriptor, named('missing'), 0), -ENOENT),
      ));
  });

  suite(`${title}: opening an entry`, () => {
    test('nothing but a file is ever opened, and nobody is waited for', (t) => {
      const folder = makeFolders(t);
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      symlinkSync('file', join(folder, 'link'));
      const bind = 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
      execFileSync('python3', ['-c', bind, join(folder, 'socket')]);
      withRoot(files, folder, (descriptor) => {
        for (const name of ['fifo', 'socket', 'link', 'a']) {
          assert.equal(files.openFile(descriptor, named(name), 0), -EINVAL, name);
        }
        assert.equal(files.openFile(descriptor, named('missing'), 0), -ENOENT);
      });
    });

    test('a device is not opened: opening some does harm', { skip: needsRoot }, (t) => {
      const folder = temporaryFolder(t);
      execFileSync('mknod', [join(folder, 'zero'), 'c', '1', '5']);
      withRoot(files, folder, (descriptor) => assert.equal(files.openFile(descriptor, named('zero'), 0), -EINVAL));
    });

    test('as a folder, only a folder is opened, and no link to one', (t) => {
      const folder = makeFolders(t);
      symlinkSync('a', join(folder, 'link'));
      withRoot(files, folder, (descriptor) => {
        for (const name of ['link', 'file']) {
          assert.ok([-ELOOP, -ENOTDIR].includes(files.openFolder(descriptor, named(name), 0)), name);
        }
      });
    });

    test('a file with a lease on it is busy, at once', async (t) => {
      const folder = makeFolders(t);
      const holder = spawn('python3', [leaseScript, join(folder, 'file')], { stdio: ['ignore', 'pipe', 'inherit'] });
      t.after(() => holder.kill('SIGKILL'));
      await once(holder.stdout, 'data');
      withRoot(files, folder, (descriptor) => {
        const startedAt = performance.now();
        assert.equal(files.openFile(descriptor, named('file'), 0), -EAGAIN);
        assert.ok(performance.now() - startedAt < 1000);
      });
    });

    test('reading leaves the access time as it was', (t) => {
      const folder = makeFolders(t);
      execFileSync('touch', ['-a', '-d', '2001-01-01', join(folder, 'file')]);
      const before = lstatSync(join(folder, 'file'), { bigint: true }).atimeNs;
      withRoot(files, folder, (descriptor) =>
        withDescriptor(files, files.openFile(descriptor, named('file'), 0), (file) =>
          assert.equal(files.read(file, allocateArena(4096), 0, 100), 4),
        ),
      );
      assert.equal(lstatSync(join(folder, 'file'), { bigint: true }).atimeNs, before);
      readFileSync(join(folder, 'file'));
      assert.notEqual(lstatSync(join(folder, 'file'), { bigint: true }).atimeNs, before, 'others do change it');
    });
  });

  suite(`${title}: reading`, () => {
    test('goes on where it stood, and gives 0 at the end', (t) => {
      const folder = temporaryFolder(t);
      const content = randomBytes(300_000);
      writeFileSync(join(folder, 'file'), content);
      assert.deepEqual(readAll(files, folder, 'file'), content);
    });

    test('what nextData and nextHole tell covers every byte of data', (t) => {
      const folder = temporaryFolder(t);
      const file = openSync(join(folder, 'holes'), 'w');
      ftruncateSync(file, 40_000_000);
      for (const at of [8_000_000, 20_000_000]) writeSync(file, randomBytes(100_000), 0, 100_000, at);
      closeSync(file);
      const segments = dataSegments(files, folder, 40_000_000);
      const content = readFileSync(join(folder, 'holes'));
      for (const [from, to] of segments) content.fill(0, from, to);
      assert.ok(
        content.every((byte) => byte === 0),
        'beyond the segments all is zero',
      );
      const namedBytes = segments.reduce((sum, [from, to]) => sum + to - from, 0);
      assert.ok(isNative ? namedBytes < 1_000_000 : namedBytes === 40_000_000);
    });

    test('nextData and nextHole never lead beyond the size that was asked for, even when the file has grown', (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, 'file'), '');
      truncateSync(join(folder, 'file'), 2 ** 40);
      writeFileSync(join(folder, 'file'), 'end', { flag: 'a' });
      withRoot(files, folder, (descriptor) =>
        withDescriptor(files, files.openFile(descriptor, named('file'), 0), (file) => {
          assert.ok(files.nextData(file, 0, 1_000_000) <= 1_000_000);
          assert.ok(files.nextHole(file, 0, 1_000_000) <= 1_000_000);
          assert.ok(files.nextHole(file, 2 ** 40 + 1, 2 ** 40 + 2) <= 2 ** 40 + 2);
        }),
      );
    });

    for (const [name, target] of [
      ['the longest there is', Buffer.alloc(4095, 'x')],
      ['one that is no text', Buffer.of(0xff, 0xfe, 0x0a, 0x2f, 0x80)],
    ] as const) {
      test(`a link gives the bytes of its target: ${name}`, (t) => {
        const folder = temporaryFolder(t);
        symlinkSync(target, join(folder, 'link'));
        withRoot(files, folder, (descriptor) => assert.deepEqual(files.readLink(descriptor, named('link'), 0), target));
      });
    }

    test('the target of what is no link is EINVAL', (t) =>
      withRoot(files, makeFolders(t), (descriptor) =>
        assert.equal(files.readLink(descriptor, named('file'), 0), -EINVAL),
      ));

    test('extended attributes and access rules are given as they are, or said not to be known', (t) => {
      const folder = makeFolders(t);
      const value = randomBytes(2000);
      execFileSync('setfattr', ['-n', 'user.empty', join(folder, 'file')]);
      execFileSync('setfattr', ['-n', 'user.long', '-v', `0x${value.toString('hex')}`, join(folder, 'file')]);
      execFileSync('setfacl', ['-m', 'u:1234:r', join(folder, 'file')]);
      execFileSync('setfacl', ['-d', '-m', 'u:1234:r', join(folder, 'a')]);
      assert.equal(files.readsAttributes, isNative);
      withRoot(files, folder, (descriptor) => {
        assert.deepEqual(
          attributesOf(files, files.openFolder(descriptor, named('a'), 0)),
          isNative ? ['system.posix_acl_default'] : -EOPNOTSUPP,
        );
        const found = files.openFile(descriptor, named('file'), 0);
        const attributes = files.readAttributes(found);
        files.close(found);
        if (typeof attributes === 'number') return assert.equal(attributes, -EOPNOTSUPP);
        const values = new Map(attributes.map((attribute) => [attribute.name, attribute.value]));
        assert.deepEqual([...values.keys()].toSorted(), ['system.posix_acl_access', 'user.empty', 'user.long']);
        assert.deepEqual([values.get('user.empty'), values.get('user.long')], [Buffer.alloc(0), value]);
      });
    });
  });
}

function attributesOf(files: FileSystem, descriptor: number): string[] | number {
  const attributes = files.readAttributes(descriptor);
  files.close(descriptor);
  return typeof attributes === 'number' ? attributes : attributes.map(({ name }) => name);
}

function makeFolders(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
  writeFileSync(join(folder, 'file'), 'file');
  return folder;
}

function manyNames(): Buffer[] {
  const long = Array.from({ length: 1500 }, (_, index) => Buffer.from(`${'same beginning '.repeat(12)}${index}`));
  const short = Array.from({ length: 100 }, (_, index) => Buffer.from(`a${'b'.repeat(index)}`));
  return [...long, ...short];
}
