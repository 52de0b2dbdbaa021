import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { laneOf } from '../../../plugin/actions/catalog-plan.ts';
import { groupVersions, withoutSafetyCopies } from '../../../plugin/actions/point-versions.ts';
import type { CatalogInterval, CatalogPoint } from '../../../plugin/contracts/catalog.ts';
import { parseSnapshotId } from '../../../plugin/domain/ids.ts';

const whole = laneOf({ id: parseSnapshotId('0'.repeat(64)), paths: ['/files'], tags: [] });

function point(number: number, kind: 'nightly' | 'safety'): CatalogPoint {
  const id = parseSnapshotId(String(number).repeat(64));
  const lane = kind === 'safety' ? `before-restore ${id}` : whole;
  return { id, lane, time: new Date(number * 1000) } as CatalogPoint;
}

function interval(content: string, ...points: readonly CatalogPoint[]): CatalogInterval {
  const entry = { type: 'file', mode: 0o644, sizeBytes: 1, modified: { seconds: 1, nanoseconds: 0 } };
  return { entry: { ...entry, content: Buffer.from(content) }, points } as unknown as CatalogInterval;
}

suite('versions of a path', () => {
  const [first, second, safety] = [point(1, 'nightly'), point(2, 'nightly'), point(3, 'safety')];

  test('are those of backups: a safety copy adds none', () => {
    const own = withoutSafetyCopies([interval('a', first, second, safety), interval('b', safety)]);
    const versions = groupVersions(own).map(({ entry, last }) => [entry.content.toString(), last.id]);
    assert.deepEqual(versions, [['a', second.id]]);
  });

  test('are those of safety copies where nothing else holds it', () => {
    const only = [interval('b', safety)];
    assert.deepEqual(withoutSafetyCopies(only), only);
  });
});
