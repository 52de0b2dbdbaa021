import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import test from 'node:test';
import { copy, openCopySite } from '../support/copy-site.ts';
import type { Installation } from '../support/installation.ts';

function copiesOf(site: Installation): (readonly string[] | null)[] {
  const { points } = site.json('--account', 'u1', 'list') as { points: { copies: readonly string[] | null }[] };
  return points.map(({ copies }) => copies);
}

function missingOf(site: Installation): string[] {
  const { accounts } = site.json('--account', 'u1', 'inventory') as { accounts: { missing: { kind: string }[] }[] };
  return accounts.flatMap(({ missing }) => missing.map(({ kind }) => kind));
}

test('each restore point says which copies hold it, and none of a copy from which somebody deleted', (t) => {
  const site = openCopySite(t);
  site.succeed('init');
  assert.deepEqual(missingOf(site), ['no-backup']);
  site.succeed('--account', 'u1', 'backup');
  assert.deepEqual(copiesOf(site), [null]); // there are to be none
  for (const name of ['second', 'third']) {
    appendFileSync(
      `${site.folder}/larder.toml`,
      `[[destinations]]\nname = "${name}"\nkind = "local"\npath = "${site.folder}/${name}"\n`,
    );
  }
  copy(site, '--destination', 'second');
  site.succeed('--account', 'u1', 'backup');
  assert.deepEqual(copiesOf(site), [['second'], []]);
  copy(site);
  assert.deepEqual(copiesOf(site), [
    ['second', 'third'],
    ['second', 'third'],
  ]);
  const { point } = site.json('--account', 'u1', 'browse', 'latest') as { point: { copies: readonly string[] } };
  assert.deepEqual(point.copies, ['second', 'third']);
  const { points } = site.json('--account', 'u1', 'list', '--from', 'second') as { points: { copies: null }[] };
  assert.deepEqual(
    points.map(({ copies }) => copies),
    [null, null],
  );

  rmSync(`${site.folder}/second`, { recursive: true });
  copy(site); // raises the alarm
  assert.deepEqual(copiesOf(site), [['third'], ['third']]);
  const { accounts } = site.json('--account', 'u1', 'inventory') as { accounts: { copies: number }[] };
  assert.equal(accounts[0]?.copies, 3); // the live data, where they are made, and the third
  assert.deepEqual(missingOf(site), ['lost', 'one-mechanism', 'no-offsite']);
});
