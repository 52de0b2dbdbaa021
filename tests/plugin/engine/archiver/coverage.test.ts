import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, linkSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FileSystem } from '../../../../plugin/contracts/file-system.ts';
import type { Coverage } from '../../../../plugin/domain/coverage.ts';
import { openSystem } from '../../../../plugin/platform/open-native.ts';
import { isRoot, makeSite, needsRoot, type BackupSite } from '../../../support/backup-site.ts';

const tenant = 20_001;
const leaseScript = fileURLToPath(new URL('../../../support/hold-lease.py', import.meta.url));

interface Case {
  readonly title: string;
  readonly root?: true;
  readonly prepare: (at: (name: string) => string) => void;
  readonly skipped: Coverage['skipped'];
}

const item = (reason: Coverage['skipped'][number]['reason'], ...paths: string[]): Coverage['skipped'][number] => ({
  reason,
  count: paths.length,
  paths,
});

const cases: readonly Case[] = [
  {
    title: "somebody else's file",
    root: true,
    prepare: (at) => {
      writeFileSync(at('mine'), 'x');
      chownSync(at('mine'), tenant + 1, tenant);
    },
    skipped: [item('foreign-owner', 'mine')],
  },
  {
    title: "a hard link to root's secret",
    root: true,
    prepare: (at) => {
      writeFileSync(at('../secret'), 'secret', { mode: 0o600 });
      linkSync(at('../secret'), at('link'));
    },
    skipped: [item('foreign-owner', 'link')],
  },
  {
    title: "a hard link to a trusted owner's file, which might be another's",
    root: true,
    prepare: (at) => {
      writeFileSync(at('../other'), 'other');
      chownSync(at('../other'), 33, 33);
      linkSync(at('../other'), at('link'));
    },
    skipped: [item('foreign-owner', 'link')],
  },
  {
    title: 'a socket',
    prepare: (at) =>
      execFileSync('python3', ['-c', 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])', at('s')]),
    skipped: [item('socket', 's')],
  },
  {
    title: 'devices',
    root: true,
    prepare: (at) => {
      execFileSync('mknod', [at('block'), 'b', '7', '0']);
      execFileSync('mknod', [at('zero'), 'c', '1', '5']);
    },
    skipped: [item('device', 'block', 'zero')],
  },
  {
    title: 'names as people can read them, and several reasons',
    root: true,
    prepare: (at) => {
      for (const name of ['\u001b[2J', 'a\nb', 'plain']) execFileSync('mknod', [at(name), 'c', '1', '3']);
      writeFileSync(at('other'), '');
      chownSync(at('other'), 1, 1);
    },
    skipped: [item('device', '\\x1b[2J', 'a\\x0ab', 'plain'), item('foreign-owner', 'other')],
  },
];

suite('a backup leaves out and reports', () => {
  for (const { title, root, prepare, skipped } of cases) {
    test(title, { skip: root ? needsRoot : false }, async (t) => {
      const site = await makeTenantSite(t);
      prepare((name) => join(site.home, name));
      const { coverage } = await site.backUp({ ownerUid: owner(), trustedUids: [33] });
      assert.deepEqual(coverage, { skipped, noted: [] });
      assert.match(site.restic('check', '--read-data'), /no errors were found/);
    });
  }

  test('another file system', { skip: needsRoot }, async (t) => {
    const site = await makeTenantSite(t);
    mkdirSync(join(site.home, 'mounted'));
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(site.home, 'mounted')]);
    try {
      writeFileSync(join(site.home, 'mounted/inside'), 'inside');
      const { coverage } = await site.backUp();
      assert.deepEqual(coverage.skipped, [item('other-filesystem', 'mounted')]);
    } finally {
      execFileSync('umount', [join(site.home, 'mounted')]);
    }
  });

  test('a file on which somebody holds a lease, at once', async (t) => {
    const site = await makeTenantSite(t);
    writeFileSync(join(site.home, 'leased'), 'leased');
    await holdLease(t, join(site.home, 'leased'));
    const { coverage } = await site.backUp();
    assert.deepEqual(coverage.skipped, [item('busy', 'leased')]);
  });
});

test("a trusted owner's file is taken, such as one that the web server wrote", { skip: needsRoot }, async (t) => {
  const site = await makeTenantSite(t);
  writeFileSync(join(site.home, 'upload.jpg'), 'x');
  chownSync(join(site.home, 'upload.jpg'), 33, 33);
  const result = await site.backUp({ ownerUid: tenant, trustedUids: [33] });
  assert.deepEqual([result.coverage.skipped, result.files], [[], 1]);
});

test('what may not be read is left out and reported', async (t) => {
  const site = await makeTenantSite(t);
  writeFileSync(join(site.home, 'file'), 'x');
  mkdirSync(join(site.home, 'folder/inner'), { recursive: true });
  for (const name of ['file', 'folder']) {
    if (isRoot) chownSync(join(site.home, name), tenant, tenant);
    chmodSync(join(site.home, name), 0);
  }
  const { coverage } = await site.backUp({ ownerUid: owner(), files: await filesAsTenant() });
  chmodSync(join(site.home, 'folder'), 0o700);
  assert.deepEqual(coverage.skipped, [item('unreadable', 'file', 'folder')]);
});

/** The real file system that opens with the rights of the tenant: root may read everything. */
async function filesAsTenant(): Promise<FileSystem> {
  const { files } = await openSystem('native');
  const asTenant = (open: () => number): number => {
    if (!isRoot) return open();
    process.seteuid?.(tenant);
    try {
      return open();
    } finally {
      process.seteuid?.(0);
    }
  };
  return wrap(files, {
    openFolder: (folder, names, offset) => asTenant(() => files.openFolder(folder, names, offset)),
    openFile: (folder, names, offset) => asTenant(() => files.openFile(folder, names, offset)),
  });
}

/** What a file suffers when its reader reaches it. */
const sufferings: readonly { readonly title: string; readonly suffer: (file: string) => void }[] = [
  { title: 'grows for ever', suffer: (file) => writeFileSync(file, 'more', { flag: 'a' }) },
  { title: 'is cut short', suffer: (file) => truncateSync(file, 600_000) },
  { title: 'is emptied', suffer: (file) => truncateSync(file, 0) },
  { title: 'loses its name', suffer: (file) => rmSync(file) },
  { title: 'changes its mode', suffer: (file) => chmodSync(file, 0o600) },
  { title: 'is made huge by a hole', suffer: (file) => truncateSync(file, 2 ** 38) },
];

suite('a file is taken as far as it could be read, and noted, when while it is read it', () => {
  for (const { title, suffer } of sufferings) {
    test(title, async (t) => {
      const site = await makeTenantSite(t);
      const file = join(site.home, 'file');
      writeFileSync(file, Buffer.alloc(12_000_000, 'line of text\n'));
      const files = await filesThat(() => suffer(file));
      const result = await site.backUp({ files });
      assert.deepEqual(result.coverage, {
        skipped: [],
        noted: [{ reason: 'changed-while-read', count: 1, paths: ['file'] }],
      });
      assert.ok(result.bytesRead <= 12_000_000, 'no more is read than there was');
      assert.match(site.restic('check', '--read-data'), /no errors were found/);
      const next = await site.backUp();
      assert.deepEqual(next.coverage, { skipped: [], noted: [] });
    });
  }
});

test('a folder that vanishes between its discovery and its turn is reported, and nothing else is lost', async (t) => {
  const site = await makeTenantSite(t);
  for (const name of ['a', 'b', 'c']) mkdirSync(join(site.home, name));
  writeFileSync(join(site.home, 'c/kept'), 'kept');
  const { files } = await openSystem('native');
  let opened = 0;
  const vanishing: FileSystem = wrap(files, {
    openFolder(folder, names, offset) {
      if (opened++ === 0) rmSync(join(site.home, 'b'), { recursive: true });
      return files.openFolder(folder, names, offset);
    },
  });
  const result = await site.backUp({ files: vanishing });
  assert.deepEqual(result.coverage.skipped, [item('vanished', 'b')]);
  assert.match(site.restic('ls', 'latest'), /\/files\/c\/kept/);
});

test(
  'a file exchanged between look and open for a hard link to a secret is not read',
  { skip: needsRoot },
  async (t) => {
    const site = await makeTenantSite(t);
    writeFileSync(join(site.folder, 'secret'), 'the secret', { mode: 0o600 });
    writeFileSync(join(site.home, 'mine'), 'harmless');
    chownSync(join(site.home, 'mine'), tenant, tenant);
    const { files } = await openSystem('native');
    const exchanging = wrap(files, {
      openFile(folder, names, offset) {
        rmSync(join(site.home, 'mine'));
        linkSync(join(site.folder, 'secret'), join(site.home, 'mine'));
        return files.openFile(folder, names, offset);
      },
    });
    const result = await site.backUp({ files: exchanging, ownerUid: tenant });
    assert.deepEqual(result.coverage.skipped, [item('foreign-owner', 'mine')]);
    assert.equal(result.bytesRead, 0);
  },
);

/** The real file system that lets something happen after the first read of a large file. */
async function filesThat(happen: () => void): Promise<FileSystem> {
  const { files } = await openSystem('native');
  let happened = false;
  return wrap(files, {
    read(file, target, offset, length) {
      const read = files.read(file, target, offset, length);
      if (!happened) happen();
      happened = true;
      return read;
    },
  });
}

function wrap(files: FileSystem, changes: Partial<FileSystem>): FileSystem {
  return {
    kind: files.kind,
    readsAttributes: files.readsAttributes,
    status: files.status,
    openRoot: (path) => files.openRoot(path),
    openFolder: (folder, names, offset) => files.openFolder(folder, names, offset),
    statEntry: (folder, names, offset) => files.statEntry(folder, names, offset),
    openFile: (folder, names, offset) => files.openFile(folder, names, offset),
    statOpen: (descriptor) => files.statOpen(descriptor),
    nextData: (file, offset, size) => files.nextData(file, offset, size),
    nextHole: (file, offset, size) => files.nextHole(file, offset, size),
    seek: (file, offset) => files.seek(file, offset),
    read: (file, target, offset, length) => files.read(file, target, offset, length),
    readLink: (folder, names, offset) => files.readLink(folder, names, offset),
    listFolder: (folder) => files.listFolder(folder),
    readAttributes: (file) => files.readAttributes(file),
    close: (descriptor) => files.close(descriptor),
    ...changes,
  };
}

async function makeTenantSite(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  if (isRoot) chownSync(site.home, tenant, tenant);
  return site;
}

const owner = (): number => (isRoot ? tenant : (process.getuid?.() ?? 0));

async function holdLease(t: TestContext, file: string): Promise<ChildProcess> {
  assert.ok(statSync(leaseScript).isFile());
  const child = spawn('python3', [leaseScript, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}
