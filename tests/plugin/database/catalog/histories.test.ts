import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Catalog, CatalogEntry } from '../../../../plugin/contracts/catalog.ts';
import {
  contentAt,
  describeEntry,
  flatten,
  generation,
  makeCatalogSite,
  type CatalogSite,
  type KeptPoint,
  type ModelFolder,
  type ModelNode,
} from '../../../support/catalog-site.ts';

/** Few names, so that they often meet: among them some that no text is, and some that differ in case only. */
const names = ['a', 'A', 'b.txt', 'new\nline', '\xff\xfe', 'x'.repeat(25), '..a', '[z]*'];
const name = fc.constantFrom(...names);
const file = fc.record({ content: fc.constantFrom('one', 'two', ''), seconds: fc.constantFrom(1_700_000_000, -5, 7) });
const { home } = fc.letrec<{ home: ModelFolder; node: ModelNode }>((tie) => ({
  home: fc.array(fc.tuple(name, tie('node')), { maxLength: 5 }).map((entries) => new Map(entries)),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    file,
    fc.record({ mode: fc.constantFrom(0o755, 0o700), entries: tie('home') }),
  ),
}));
const place = fc.record({
  day: fc.integer({ min: 1, max: 20 }),
  paths: fc.constantFrom(['/files'], ['/files'], ['/files'], ['/files/a'], ['/home/u1']),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('keep' as const), home, place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('forget' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('update' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test('whatever happens to restore points, the catalog says of each what walking it says', async (t) => {
  const site = await makeCatalogSite(t);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => runHistory(site, steps)),
    { numRuns: 60 },
  );
});

async function runHistory(site: CatalogSite, steps: readonly Step[]): Promise<void> {
  for (const id of await site.repository.listIds('snapshots')) await site.repository.removeUnpacked('snapshots', id);
  site.catalogs.drop(generation);
  const kept: KeptPoint[] = [];
  for (const next of steps) {
    await takeStep(site, kept, next);
    if (next.kind === 'update') site.read((catalog) => compareWithModel(catalog, kept));
  }
  await site.update();
  const incremental = site.read((catalog) => [compareWithModel(catalog, kept), everyAnswer(catalog)] as const)[1];
  site.catalogs.drop(generation);
  await site.update();
  assert.deepEqual(site.read(everyAnswer), incremental);
}

async function takeStep(site: CatalogSite, kept: KeptPoint[], next: Step): Promise<void> {
  if (next.kind === 'update') return site.update();
  if (next.kind === 'forget') return site.forget(kept.splice(next.which % Math.max(kept.length, 1), 1));
  const content = next.kind === 'keep' ? next.home : (kept.at(-1)?.home ?? new Map<string, ModelNode>());
  const time = new Date(Date.UTC(2026, 0, next.place.day));
  const paths = content.size === 0 || next.place.paths[0] !== '/home/u1' ? next.place.paths : ['/files'];
  kept.push(await site.keep(content, { time, paths }));
}

function compareWithModel(catalog: Catalog, kept: readonly KeptPoint[]): void {
  const points = catalog.points();
  const sorted = kept.toSorted(byAge);
  assert.deepEqual(
    points.map(({ id }) => id),
    sorted.map(({ id }) => id),
  );
  const entries = new Map<string, CatalogEntry>();
  for (const point of sorted) {
    const found = contentAt(catalog, point.id);
    const wanted = flatten(point.home);
    assert.deepEqual([...found.keys()].toSorted(), [...wanted.keys()].toSorted());
    for (const [path, node] of wanted) checkEntry(found.get(path), node, entries);
    assert.deepEqual(points.find(({ id }) => id === point.id)?.counts, countsOf(sorted, point));
  }
  for (const path of new Set(sorted.flatMap((point) => [...flatten(point.home).keys()]))) {
    comparePath(catalog, sorted, path);
  }
}

/** The same content is told by the same identity, another by another. */
function checkEntry(entry: CatalogEntry | undefined, node: ModelNode, known: Map<string, CatalogEntry>): void {
  assert.ok(entry !== undefined);
  assert.equal(entry.type, 'entries' in node ? 'dir' : 'file');
  if ('entries' in node) return assert.equal(entry.mode, node.mode);
  assert.equal(entry.sizeBytes, node.content.length);
  assert.equal(entry.modified.seconds, node.seconds);
  const first = known.get(node.content) ?? entry;
  known.set(node.content, first);
  assert.deepEqual(entry.content, first.content);
  for (const [content, other] of known) if (content !== node.content) assert.notDeepEqual(entry.content, other.content);
}

function countsOf(sorted: readonly KeptPoint[], point: KeptPoint): object | undefined {
  const before = beforeInLane(sorted, point);
  if (before === undefined) return undefined;
  const [old, now] = [flatten(before.home), flatten(point.home)];
  return {
    added: [...now.keys()].filter((path) => !old.has(path)).length,
    changed: [...now].filter(([path, node]) => old.has(path) && describe(old.get(path)) !== describe(node)).length,
    removed: [...old.keys()].filter((path) => !now.has(path)).length,
  };
}

function comparePath(catalog: Catalog, sorted: readonly KeptPoint[], path: string): void {
  const parts = path.split('/').map((part) => Buffer.from(part, 'latin1'));
  const holding = catalog.history(parts)?.flatMap(({ points }) => points.map(({ id }) => id)) ?? [];
  const wanted = sorted.filter((point) => flatten(point.home).has(path)).map(({ id }) => id);
  assert.deepEqual(holding.toSorted(), wanted.toSorted());
  const changed = sorted.filter((point, at) => {
    const before = beforeInLane(sorted, point);
    if (before === undefined) return at === 0 && flatten(point.home).has(path);
    return below(before.home, path) !== below(point.home, path);
  });
  assert.deepEqual(
    catalog.changedPoints(parts),
    changed.map(({ id }) => id),
  );
}

function beforeInLane(sorted: readonly KeptPoint[], point: KeptPoint): KeptPoint | undefined {
  const lane = sorted.filter(({ paths }) => paths.join() === point.paths.join());
  return lane[lane.indexOf(point) - 1];
}

/** All that is at a path and below it, as text. */
function below(home: ModelFolder, path: string): string {
  const inside = [...flatten(home)].filter(([other]) => other === path || other.startsWith(`${path}/`));
  return inside
    .map(([other, node]) => `${other}: ${describe(node)}`)
    .toSorted()
    .join();
}

function describe(node: ModelNode | undefined): string {
  if (node === undefined) return '';
  return 'entries' in node ? `folder ${node.mode}` : `file ${node.seconds} ${node.content}`;
}

/** Everything a catalog can be asked. */
function everyAnswer(catalog: Catalog): unknown {
  const all = catalog.find({ text: Buffer.from('*'), isPattern: true, point: undefined, limit: 100_000 });
  return [
    catalog.points(),
    catalog.countPaths(),
    all.isComplete,
    all.names.map(({ path, intervals }) => [
      path,
      intervals.map((one) => [describeEntry(one.entry), one.points.map(({ id }) => id)]),
    ]),
  ].map((answer) => JSON.stringify(answer).replaceAll(/"(laneNumber|number)":\d+,?/g, ''));
}

function byAge(left: KeptPoint, right: KeptPoint): number {
  return left.time.getTime() - right.time.getTime() || (left.id < right.id ? -1 : 1);
}
