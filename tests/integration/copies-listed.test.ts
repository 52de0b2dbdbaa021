import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test('a copy keeps by rules of its own, more or fewer than where restore points are made', (t) => {
  const site = openCopySite(t);
  site.succeed('init');
  for (let night = 0; night < 8; night += 1) site.succeed('nightly');
  const settings = readFileSync(`${site.folder}/larder.toml`, 'utf8');
  const keep = (rules: string, here = ''): void => {
    const second = `[[destinations]]\nname = "second"\nkind = "local"\npath = "${site.folder}/second"\nkeep = ${rules}\n`;
    writeFileSync(`${site.folder}/larder.toml`, settings + second + here, { mode: 0o600 });
  };
  keep('{ last = 8 }');
  assert.equal(copy(site)[0]?.points, 8); // the rules of the server keep the newest of a day
  keep('{ last = 1 }');
  assert.equal(copy(site)[0]?.points, 8, 'nothing goes while here more would go at once than a person has agreed to');
  keep('{ last = 1 }', '[retention]\nlast = 8\n');
  assert.equal(copy(site)[0]?.points, 1);
  assert.deepEqual([copy(site)[0]?.points, copy(site)[0]?.pointsSent], [1, 0]);
  const { points } = site.json('--account', 'u1', 'list') as { points: unknown[] };
  assert.equal(points.length, 8); // nothing is forgotten where they are made
  site.succeed('check', '--read-data', '--from', 'second');
});
