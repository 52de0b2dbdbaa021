import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Catalog } from '../../../../plugin/contracts/catalog.ts';
import { sealKeyBytes } from '../../../../plugin/engine/master-key.ts';
import {
  contentAt,
  describeEntry,
  generation,
  makeCatalogSite,
  type CatalogSite,
  type ModelFolder,
} from '../../../support/catalog-site.ts';

const child = fileURLToPath(new URL('../../../support/catalog-child.ts', import.meta.url));

test('an update that is killed at any change leaves a catalog that the next update completes', async (t) => {
  const site = await makeCatalogSite(t);
  for (let day = 1; day <= 3; day++) await site.keep(homeOf(day), { time: new Date(Date.UTC(2026, 0, day)) });
  const all = Number(runChild(site, 0).stdout);
  assert.ok(all > 30, String(all));
  const wanted = site.read(everything);
  for (const killAt of [1, 2, 7, 13, 20, all - 9, all - 2, all - 1, all]) {
    site.catalogs.drop(generation);
    assert.equal(runChild(site, killAt).signal, 'SIGKILL', String(killAt));
    site.read((catalog) => assert.ok(catalog.points().length <= 3));
    await site.update();
    assert.deepEqual(site.read(everything), wanted, String(killAt));
  }
});

/** Twelve files in three folders, of which each day changes one, brings one and takes one. */
function homeOf(day: number): ModelFolder {
  const files = Array.from({ length: 4 }, (_, index): [string, { content: string; seconds: number }] => [
    `file${index + day}`,
    { content: index === 1 ? `day ${day}` : 'same', seconds: 100 + (index === 1 ? day : 0) },
  ]);
  return new Map(['a', 'b', 'c'].map((name) => [name, { mode: 0o755, entries: new Map(files) }]));
}

function runChild(site: CatalogSite, killAt: number): ReturnType<typeof spawnSync> {
  const key = sealKeyBytes(site.site.masterKey).toString('hex');
  const words = [child, site.site.location, key, dirname(site.file), generation, String(killAt)];
  return spawnSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function everything(catalog: Catalog): unknown {
  return catalog.points().map(({ id, counts }) => {
    const entries = [...contentAt(catalog, id)].map(([path, entry]) => `${path} ${describeEntry(entry)}`);
    return { id, counts, entries: entries.toSorted() };
  });
}
