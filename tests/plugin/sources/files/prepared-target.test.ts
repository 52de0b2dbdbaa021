import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { needsRoot } from '../../../support/backup-site.ts';
import {
  makeRestoreSite,
  openTenantWriter,
  problemsOf,
  tenant,
  type RestoreSite,
} from '../../../support/restore-site.ts';
import { asTenant, attributes, writeFile } from '../../../support/tenant-files.ts';

/** A home with `folder/file` and `file`, backed up; and a target that the tenant prepares. */
async function prepare(t: Parameters<typeof makeRestoreSite>[0], plant: (target: string, site: RestoreSite) => void) {
  const site = await makeRestoreSite(t);
  mkdirSync(join(site.home, 'folder'));
  writeFileSync(join(site.home, 'folder', 'file'), 'restored');
  writeFileSync(join(site.home, 'file'), 'restored');
  writeFileSync(join(site.home, 'later'), 'restored');
  asTenant(site.home);
  await site.backUp();
  writeFileSync(join(site.folder, 'victim'), 'untouched', { mode: 0o600 });
  mkdirSync(join(site.folder, 'elsewhere'));
  chmodSync(join(site.folder, 'elsewhere'), 0o777);
  plant(site.target, site);
  asTenant(site.target);
  return site;
}

const at = (site: RestoreSite, path: string): string => readFileSync(join(site.target, path), 'utf8');

suite('whatever a tenant prepares in the target, nothing outside is touched', () => {
  test('a link in place of a folder is replaced by the folder', async (t) => {
    const site = await prepare(t, (target, { folder }) =>
      symlinkSync(join(folder, 'elsewhere'), join(target, 'folder')),
    );
    assert.deepEqual(problemsOf(await site.restore()), []);
    assert.equal(at(site, 'folder/file'), 'restored');
    assert.deepEqual(readdirSync(join(site.folder, 'elsewhere')), []);
  });

  test('a link in place of a folder that is only on the way is in the way', async (t) => {
    const site = await prepare(t, (target, { folder }) =>
      symlinkSync(join(folder, 'elsewhere'), join(target, 'folder')),
    );
    const report = await site.restore({ selection: [['folder', 'file']] });
    assert.deepEqual([problemsOf(report), report.problemCount], [['!in-the-way folder'], 2]);
    assert.ok(lstatSync(join(site.target, 'folder')).isSymbolicLink());
    assert.deepEqual(readdirSync(join(site.folder, 'elsewhere')), []);
  });

  test('a link in place of a file is replaced, its target stays', async (t) => {
    const site = await prepare(t, (target, { folder }) => symlinkSync(join(folder, 'victim'), join(target, 'file')));
    assert.deepEqual(problemsOf(await site.restore()), []);
    assert.deepEqual([at(site, 'file'), readFileSync(join(site.folder, 'victim'), 'utf8')], ['restored', 'untouched']);
  });

  test('a further name of another file is replaced, the other file stays', async (t) => {
    const site = await prepare(t, (target) => {
      writeFileSync(join(target, 'other'), 'untouched');
      linkSync(join(target, 'other'), join(target, 'file'));
    });
    assert.deepEqual(problemsOf(await site.restore()), []);
    assert.deepEqual([at(site, 'file'), at(site, 'other')], ['restored', 'untouched']);
  });

  test('a folder where a file must go is in the way and stays', async (t) => {
    const site = await prepare(t, (target) => {
      mkdirSync(join(target, 'file'));
      writeFileSync(join(target, 'file', 'kept'), 'kept');
    });
    assert.deepEqual(problemsOf(await site.restore()), ['!in-the-way file']);
    assert.deepEqual([at(site, 'file/kept'), at(site, 'later')], ['kept', 'restored']);
  });

  test('a file where a folder must go is in the way and stays, and what lies below is counted', async (t) => {
    const site = await prepare(t, (target) => writeFileSync(join(target, 'folder'), 'kept'));
    const report = await site.restore();
    assert.deepEqual([problemsOf(report), report.problemCount], [['!in-the-way folder'], 2]);
    assert.deepEqual([at(site, 'folder'), at(site, 'later')], ['kept', 'restored']);
  });

  test('folders that their owner closed are opened, filled and closed again', async (t) => {
    const site = await prepare(t, (target) => {
      mkdirSync(join(target, 'folder'));
      execFileSync('chmod', ['000', join(target, 'folder')]);
    });
    chmodSync(join(site.target, 'folder'), 0o000);
    assert.deepEqual(problemsOf(await site.restore({ selection: [['folder', 'file']] })), []);
    assert.equal(lstatSync(join(site.target, 'folder')).mode & 0o777, 0);
    chmodSync(join(site.target, 'folder'), 0o700);
    assert.equal(at(site, 'folder/file'), 'restored');
  });

  test('default ACLs of the target do not open what comes back', async (t) => {
    const site = await prepare(t, (target) => mkdirSync(join(target, 'folder')));
    execFileSync('setfacl', ['-d', '-m', 'u:20002:rwx', site.target, join(site.target, 'folder')]);
    assert.deepEqual(problemsOf(await site.restore()), []);
    const shown = execFileSync('getfacl', ['-RnpP', site.target], { encoding: 'utf8' });
    assert.doesNotMatch(shown, /20002/);
  });

  test('a folder of root in the home cannot be written and is told', { skip: needsRoot }, async (t) => {
    const site = await prepare(t, () => {});
    mkdirSync(join(site.target, 'folder'), { mode: 0o755 });
    const report = await site.restore();
    assert.ok(problemsOf(report).includes('!not-allowed folder/file'), problemsOf(report).join());
    assert.equal(at(site, 'later'), 'restored');
    assert.deepEqual(readdirSync(join(site.target, 'folder')), []);
  });

  test('what a killed writer left is removed after a day, and nothing else', async (t) => {
    const left = `.larder-restore-${'a'.repeat(32)}`;
    const site = await prepare(t, (target) => {
      writeFileSync(join(target, left), 'half');
      writeFileSync(join(target, '.larder-restore-notes'), 'mine');
      utimesSync(join(target, left), 0, 0);
    });
    await site.restore();
    assert.ok(existsSync(join(site.target, left)), 'it was changed today');
    assert.ok(existsSync(join(site.target, '.larder-restore-notes')));
  });
});

suite(
  'when space runs out, the file that does not fit is told and the next ones come back',
  { skip: needsRoot },
  () => {
    test('no blocks left', async (t) => {
      const site = await makeRestoreSite(t);
      for (const [name, size] of [
        ['a', 500_000],
        ['big', 5_000_000],
        ['c', 1000],
      ] as const) {
        writeFileSync(join(site.home, name), Buffer.alloc(size, name));
      }
      asTenant(site.home);
      await site.backUp();
      await withMount(site.target, 'size=1m,mode=755', async () => {
        assert.deepEqual(problemsOf(await site.restore()), ['!no-space big']);
        assert.deepEqual(readdirSync(site.target).toSorted(), ['a', 'c']);
      });
    });

    test('the old file stays where its successor does not fit', async (t) => {
      const site = await makeRestoreSite(t);
      writeFileSync(join(site.home, 'big'), Buffer.alloc(900_000, 'n'));
      asTenant(site.home);
      await site.backUp();
      await withMount(site.target, 'size=1m,mode=755', async () => {
        writeFileSync(join(site.target, 'big'), Buffer.alloc(800_000, 'o'));
        assert.deepEqual(problemsOf(await site.restore()), ['!no-space big']);
        assert.equal(at(site, 'big'), 'o'.repeat(800_000));
        assert.deepEqual(readdirSync(site.target), ['big']);
      });
    });

    test('no inodes left', async (t) => {
      const site = await makeRestoreSite(t);
      for (const name of ['a', 'b', 'c', 'd', 'e']) writeFileSync(join(site.home, name), name);
      asTenant(site.home);
      await site.backUp();
      await withMount(site.target, 'nr_inodes=4,mode=755', async () => {
        assert.deepEqual(problemsOf(await site.restore()), ['!no-space d', '!no-space e']);
      });
    });

    test('another file system below the target is in the way', async (t) => {
      const site = await prepare(t, (target) => mkdirSync(join(target, 'folder')));
      await withMount(join(site.target, 'folder'), 'size=1m', async () => {
        assert.deepEqual(problemsOf(await site.restore()), ['!in-the-way folder']);
      });
    });
  },
);

async function withMount(folder: string, options: string, work: () => Promise<void>): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    asTenant(folder);
    await work();
  } finally {
    execFileSync('umount', [folder]);
  }
}

test('a home that is moved away while it is written still gets its files, and nothing lands in its place', async (t) => {
  const site = await prepare(t, () => {});
  const writer = await openTenantWriter(site.target);
  renameSync(site.target, `${site.target}-moved`);
  symlinkSync(join(site.folder, 'elsewhere'), site.target);
  await site.restore({ writer });
  assert.deepEqual(readdirSync(join(site.folder, 'elsewhere')), []);
  assert.equal(readFileSync(join(`${site.target}-moved`, 'file'), 'utf8'), 'restored');
});

test('a home that is deleted while it is written ends in a report, not in a crash', async (t) => {
  const site = await prepare(t, () => {});
  const writer = await openTenantWriter(site.target);
  rmSync(site.target, { recursive: true });
  const report = await site.restore({ writer });
  assert.deepEqual([report.files, report.problemCount > 0], [0, true]);
  assert.ok(!existsSync(site.target));
});

test('a further name is never given to an old file whose successor was lost', async (t) => {
  const site = await prepare(t, (target) => mkdirSync(join(target, 'file')));
  const writer = await openTenantWriter(site.target);
  await writeFile(writer, 'file', 'new');
  await writer.hardLink(Buffer.from('name'), [Buffer.from('file')]);
  await writer.beginFile(Buffer.from('gone'), attributes());
  await writer.abortFile();
  const report = await writer.finish(undefined);
  await writer.close();
  assert.ok(problemsOf(report).includes('!in-the-way file'));
  const name = lstatSync(join(site.target, 'name'), { throwIfNoEntry: false });
  assert.ok(name === undefined || (name.isFile() && at(site, 'name') === 'new'));
});

test('the writer runs as the tenant', () => assert.ok(tenant.uid !== 0));
