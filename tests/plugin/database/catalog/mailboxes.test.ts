import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {
  flatten,
  makeCatalogSite,
  type CatalogSite,
  type KeptPoint,
  type ModelFolder,
  type ModelNode,
} from '../../../support/catalog-site.ts';

/** Second telling of where mail lies, by whole paths. */
const places = [
  /^mail$/,
  /^Maildir$/,
  /^mail\/[^./][^/]*\.[^./][^/]*\/(?!\.|(?:cur|new|tmp)$)[^/]+$/,
  /^imap\/[^./][^/]*\.[^./][^/]*\/(?!\.|(?:cur|new|tmp)$)[^/]+\/Maildir$/,
];

function mailboxesIn(home: ModelFolder): string[] {
  const all = flatten(home);
  const isFolder = (path: string): boolean => 'entries' in (all.get(path) ?? {});
  const isMailbox = (path: string): boolean =>
    places.some((place) => place.test(path)) && isFolder(`${path}/cur`) && isFolder(`${path}/new`);
  return [...all.keys()].filter(isMailbox).toSorted();
}

const message: ModelNode = { content: 'Dear Sir', seconds: 1_700_000_000 };
const folderOf = (entries: readonly (readonly [string, ModelNode])[]): ModelNode => ({
  mode: 0o700,
  entries: new Map(entries),
});
/** Mostly a mailbox; sometimes one of its folders is missing, or is a file. */
const maildir = fc
  .array(fc.tuple(fc.constantFrom('cur', 'new', '.Sent', 'tmp'), fc.boolean()), { maxLength: 2 })
  .map((odd) => {
    const usual: [string, ModelNode][] = ['cur', 'new'].map((name) => [name, folderOf([['1.M1.mx', message]])]);
    const others = odd.map(([name, isFile]): [string, ModelNode] => [name, isFile ? message : folderOf([])]);
    return folderOf([...usual.slice(odd.length > 1 ? 1 : 0), ...others]);
  });
const named = (names: readonly string[], inner: fc.Arbitrary<ModelNode>): fc.Arbitrary<ModelNode> =>
  fc.array(fc.tuple(fc.constantFrom(...names), inner), { maxLength: 4 }).map(folderOf);
const users = named(['info', 'info@', '.trash', 'cur', 'new'], maildir);
const domains = named(['a.gr', 'b.example', '.hidden.gr', 'etc', 'cur', 'new'], users);
const imap = named(
  ['a.gr'],
  named(
    ['info'],
    maildir.map((box) => folderOf([['Maildir', box]])),
  ),
);
const home: fc.Arbitrary<ModelFolder> = fc
  .record({ mail: fc.oneof(domains, maildir), Maildir: maildir, imap, notes: maildir }, { requiredKeys: [] })
  .map((entries) => new Map(Object.entries(entries)));

const box = folderOf(['cur', 'new'].map((name) => [name, folderOf([['1.M1.mx', message]])]));
/** A mailbox of each kind that may stand beside others. */
const full: ModelFolder = new Map([
  ['Maildir', box],
  ['imap', folderOf([['a.gr', folderOf([['info', folderOf([['Maildir', box]])]])]])],
  ['mail', folderOf([['a.gr', folderOf([['info', box]])]])],
]);

suite('the mailboxes that a catalog tells of', () => {
  test('are those of each restore point, whatever happens to the others', async (t) => {
    const site = await makeCatalogSite(t);
    const histories = fc.array(fc.tuple(home, fc.boolean(), fc.integer({ min: 1, max: 9 })), { maxLength: 4 });
    assert.deepEqual(mailboxesIn(full), ['Maildir', 'imap/a.gr/info/Maildir', 'mail/a.gr/info']);
    await fc.assert(
      fc.asyncProperty(histories, (history) => follow(site, history)),
      {
        numRuns: 15,
        examples: [
          [
            [
              [full, false, 1],
              [new Map(), false, 2],
              [full, true, 3],
            ],
          ],
          [
            [
              [full, false, 3],
              [new Map([['mail', message]]), false, 1],
              [full, false, 2],
            ],
          ],
        ],
      },
    );
  });

  test('are found out once where an older Larder did not count them, and kept from then on', async (t) => {
    const site = await makeCatalogSite(t);
    const kept = await site.keep(new Map([['Maildir', box]]), { time: new Date(0) });
    await site.update();
    inFile(site, (database) => database.exec('DROP TABLE mailboxes'));
    assert.equal(
      site.read((catalog) => catalog.countMailboxes(kept.id)),
      1,
    );
    inFile(site, (database) => {
      assert.deepEqual(database.prepare('SELECT point, count FROM mailboxes').all(), [{ point: kept.id, count: 1 }]);
    });
  });

  test('are counted although another process writes', async (t) => {
    const site = await makeCatalogSite(t);
    const kept = await site.keep(new Map(), { time: new Date(0) });
    await site.update();
    inFile(site, (database) => {
      database.exec('DELETE FROM mailboxes');
      database.exec('BEGIN IMMEDIATE');
      assert.equal(
        site.read((catalog) => catalog.countMailboxes(kept.id)),
        0,
      );
      database.exec('ROLLBACK');
    });
  });

  test('go with the restore point', async (t) => {
    const site = await makeCatalogSite(t);
    const kept = await site.keep(new Map(), { time: new Date(0) });
    await site.update();
    await site.forget([kept]);
    await site.update();
    assert.equal(
      site.read((catalog) => catalog.countMailboxes(kept.id)),
      undefined,
    );
    inFile(site, (database) => assert.deepEqual(database.prepare('SELECT * FROM mailboxes').all(), []));
  });
});

async function follow(site: CatalogSite, history: readonly (readonly [ModelFolder, boolean, number])[]): Promise<void> {
  for (const id of await site.repository.listIds('snapshots')) await site.repository.removeUnpacked('snapshots', id);
  const kept: KeptPoint[] = [];
  for (const [content, isForgetting, day] of history) {
    kept.push(await site.keep(content, { time: new Date(Date.UTC(2026, 0, day)) }));
    if (isForgetting) await site.forget(kept.splice(0, 1));
    await site.update();
  }
  site.read((catalog) => {
    for (const { id, home: content } of kept) {
      const found = catalog.mailboxes(id) ?? [];
      const paths = found.map((path) => path.map((name) => Buffer.from(name).toString()).join('/')).toSorted();
      assert.deepEqual(paths, mailboxesIn(content));
      assert.equal(catalog.countMailboxes(id), paths.length);
    }
  });
}

function inFile(site: CatalogSite, work: (database: Database) => void): void {
  site.read(() => undefined);
  const database = new Database(site.file);
  try {
    work(database);
  } finally {
    database.close();
  }
}
