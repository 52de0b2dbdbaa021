import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { updateCatalog, type JustBackedUp } from '../../../../plugin/actions/update-catalog.ts';
import { openCatalogs } from '../../../../plugin/database/catalog/open-catalogs.ts';
import { parseGeneration } from '../../../../plugin/domain/ids.ts';
import { WalkChanges } from '../../../../plugin/engine/walk-changes.ts';
import { clockAhead, makeSite, type BackupSite } from '../../../support/backup-site.ts';
import { contentAt, describeEntry } from '../../../support/catalog-site.ts';
import { locker } from '../../../support/maintenance.ts';

const walked = parseGeneration('a1'.repeat(16));
const compared = parseGeneration('b2'.repeat(16));
const never = new AbortController().signal;

/** What a tenant does between two backups. */
const days: Record<string, (home: string) => void> = {
  'nothing at all': () => {},
  'files come, change and go': (home) => {
    writeFileSync(join(home, 'a/b/new'), 'new');
    writeFileSync(join(home, 'a/b/one'), 'another content');
    rmSync(join(home, 'a/two'));
  },
  'a file is touched, another gets other rights': (home) => {
    utimesSync(join(home, 'a/b/one'), 5, 5.25);
    chmodSync(join(home, 'top'), 0o600);
  },
  'folders come, deep, and go': (home) => {
    mkdirSync(join(home, 'n/e/w/d/e/e/p'), { recursive: true });
    writeFileSync(join(home, 'n/e/w/d/e/e/p/file'), 'x');
    rmSync(join(home, 'gone'), { recursive: true });
  },
  'a folder becomes a file and a file a folder': (home) => {
    rmSync(join(home, 'a/b'), { recursive: true });
    writeFileSync(join(home, 'a/b'), 'now a file');
    rmSync(join(home, 'top'));
    mkdirSync(join(home, 'top/inner'), { recursive: true });
    writeFileSync(join(home, 'top/inner/file'), 'x');
  },
  'a folder is renamed': (home) => renameSync(join(home, 'a'), join(home, 'z')),
  'a folder gets other rights only': (home) => chmodSync(join(home, 'a'), 0o700),
  'links lead elsewhere, and a file gets a second name': (home) => {
    rmSync(join(home, 'link'));
    symlinkSync('/elsewhere', join(home, 'link'));
    linkSync(join(home, 'top'), join(home, 'second'));
  },
  'names are no text': (home) => {
    const name = Buffer.concat([Buffer.from(`${home}/`), Buffer.from([0xff, 0xfe, 0x0a, 0x41])]);
    writeFileSync(name, 'x');
  },
  'a file is so large that it is cut': (home) => writeFileSync(join(home, 'large'), randomBytes(3_000_000)),
  'a pipe and a time that no calendar knows': (home) => {
    execFileSync('mkfifo', [join(home, 'pipe')]);
    execFileSync('touch', ['-d', '@40000000000', join(home, 'top')]);
  },
};

async function makeHome(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  for (const folder of ['a/b', 'gone/x']) mkdirSync(join(site.home, folder), { recursive: true });
  for (const file of ['a/b/one', 'a/two', 'top', 'gone/x/file'])
    writeFileSync(join(site.home, file), `content of ${file}`);
  symlinkSync('top', join(site.home, 'link'));
  return site;
}

/** All that a catalog says of each restore point. */
async function catalogOf(site: BackupSite, generation: typeof walked, backedUp?: JustBackedUp): Promise<unknown> {
  const catalogs = openCatalogs(join(site.folder, 'catalog'));
  const catalog = catalogs.open(generation);
  await updateCatalog({ catalogs, locker, backedUp }, await site.open(), catalog, never);
  const said = catalog.points().map(({ id, counts }) => {
    const entries = [...contentAt(catalog, id)].map(([path, entry]) => `${path}: ${describeEntry(entry)}`);
    return { id, counts, entries: entries.toSorted() };
  });
  catalog.close();
  return said;
}

async function backUp(site: BackupSite, aheadSeconds: number): Promise<JustBackedUp> {
  const changes = new WalkChanges();
  const { snapshotId } = await site.backUp({ changes, clock: clockAhead(aheadSeconds) });
  return { snapshotId, changes: changes.result() };
}

suite('what a backup saw is what comparing trees would tell, when', () => {
  for (const [title, change] of Object.entries(days)) {
    for (const trusts of [false, true]) {
      test(`${title}${trusts ? ', and statuses are trusted' : ''}`, async (t) => {
        const site = await makeHome(t);
        await backUp(site, trusts ? 10 : 0);
        await catalogOf(site, walked);
        change(site.home);
        const backedUp = await backUp(site, trusts ? 20 : 1);
        assert.ok(backedUp.changes !== undefined);
        const said = await catalogOf(site, walked, backedUp);
        assert.deepEqual(said, await catalogOf(site, compared));
      });
    }
  }
});

suite('what a backup saw is not told', () => {
  test('of the first, of which everything is new', async (t) => {
    assert.equal((await backUp(await makeHome(t), 0)).changes, undefined);
  });

  test('of some paths', async (t) => {
    const site = await makeHome(t);
    await backUp(site, 0);
    const changes = new WalkChanges();
    await site.backUp({ changes, paths: [[Buffer.from('a')]] });
    assert.equal(changes.result(), undefined);
  });

  test('when it is very much', async (t) => {
    const site = await makeHome(t);
    await backUp(site, 0);
    mkdirSync(join(site.home, 'many'));
    for (let index = 0; index < 20_001; index++) writeFileSync(join(site.home, 'many', String(index)), '');
    assert.equal((await backUp(site, 1)).changes, undefined);
  });

  test('to a catalog that knows another state: that compares trees', async (t) => {
    const site = await makeHome(t);
    await backUp(site, 0);
    await catalogOf(site, walked);
    writeFileSync(join(site.home, 'between'), 'x');
    await backUp(site, 1);
    writeFileSync(join(site.home, 'after'), 'x');
    const backedUp = await backUp(site, 2);
    const said = await catalogOf(site, walked, { ...backedUp, changes: { tree: '0'.repeat(64), folders: [] } });
    assert.deepEqual(said, await catalogOf(site, compared));
  });
});
