import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { applyChanges } from '../../../plugin/demo/apply-changes.ts';
import { claimFolder, emptyFolder, readRecord, writeRecord } from '../../../plugin/demo/demo-folder.ts';
import { writeFile } from '../../../plugin/demo/home-change.ts';
import { findFreeIds } from '../../../plugin/demo/settle-accounts.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const now = new Date('2026-11-21T08:00:00Z');

suite("the demo's folder", () => {
  test('a folder that is not there is made, and marked', (t) => {
    const folder = claimFolder(join(temporaryFolder(t), 'a/b'), now);
    assert.deepEqual(readRecord(folder), { isWhole: false, madeAt: now, days: 0 });
  });

  test('an empty one is taken; a marked one stays as it is', async (t) => {
    const folder = claimFolder(temporaryFolder(t), now);
    await writeRecord(folder, { isWhole: true, madeAt: now, days: 40 });
    claimFolder(folder, new Date());
    assert.deepEqual(readRecord(folder), { isWhole: true, madeAt: now, days: 40 });
  });

  test('a folder with anything else in it is refused and left alone', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'diary.txt'), 'mine');
    await failsWith('state-unsafe', () => claimFolder(folder, now));
    assert.deepEqual(readdirSync(folder), ['diary.txt']);
  });

  test('another file of the same name is no mark', async (t) => {
    for (const text of ['', '{}', '[1]', 'null', '{"madeAt": "soon", "days": 1}']) {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, 'larder-demo.json'), text);
      await failsWith('state-unsafe', () => claimFolder(folder, now));
    }
  });

  test('a path that is too long for sockets is refused before anything is made in it', async (t) => {
    const folder = join(temporaryFolder(t), 'long'.repeat(20));
    await failsWith('state-unsafe', () => claimFolder(folder, now));
    assert.deepEqual(readdirSync(folder), []);
  });

  test('where no folder can be made, that is said', async (t) => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) await failsWith('state-unsafe', () => claimFolder(path, now));
  });

  test('it is emptied but for its mark and its lock, and no link is followed', (t) => {
    const outside = temporaryFolder(t);
    writeFileSync(join(outside, 'precious'), '');
    const folder = claimFolder(temporaryFolder(t), now);
    mkdirSync(join(folder, 'homes/maria'), { recursive: true });
    symlinkSync(outside, join(folder, 'homes/maria/www'));
    writeFileSync(join(folder, 'instance.lock'), '');
    emptyFolder(folder);
    assert.deepEqual(readdirSync(folder).toSorted(), ['instance.lock', 'larder-demo.json']);
    assert.deepEqual(readdirSync(outside), ['precious']);
  });
});

suite('changes of a home', () => {
  test('files and their folders get the time of what happened', (t) => {
    const home = temporaryFolder(t);
    const owner = { home, uid: 0, gid: 0, gives: false };
    const at = new Date('2026-10-01T10:00:00Z');
    const later = new Date('2026-10-02T10:00:00Z');
    applyChanges(owner, [writeFile('mail/x/cur/1', 'a', at, 0o600), writeFile('mail/x/cur/2', 'b', later)]);
    assert.deepEqual(statSync(join(home, 'mail/x/cur/1')).mtime, at);
    assert.equal(statSync(join(home, 'mail/x/cur/1')).mode & 0o777, 0o600);
    assert.equal(statSync(join(home, 'mail')).mode & 0o777, 0o700);
    assert.deepEqual(statSync(join(home, 'mail/x/cur')).mtime, later);
  });

  test('what is removed is gone, also when it was never there', (t) => {
    const home = temporaryFolder(t);
    const owner = { home, uid: 0, gid: 0, gives: false };
    utimesSync(home, now, now);
    applyChanges(owner, [
      writeFile('a', '1', now),
      { kind: 'remove', path: 'a', at: now },
      { kind: 'remove', path: 'b', at: now },
    ]);
    assert.deepEqual(readdirSync(home), []);
  });
});

suite('uids of the customers', () => {
  test('they begin at 20001', () => {
    assert.equal(findFreeIds('root:x:0:0::/root:/bin/sh\n'), 20_001);
  });

  test('nobody on this machine has them, as a user or as a group', () => {
    assert.equal(findFreeIds('a:x:20003:5::/:\nb:x:7:20102::/:\n'), 20_201);
  });
});
