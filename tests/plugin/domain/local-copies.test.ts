import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { localCopyName, readLocalCopyName } from '../../../plugin/domain/local-copy-name.ts';
import { isLocalCopyDue, readLocalCopyPolicy, type LocalCopyPolicy } from '../../../plugin/domain/local-copy-policy.ts';

const at = new Date('2026-11-21T04:12:55Z');

suite('the name of a local copy', () => {
  test('tells when it was made', () => {
    assert.equal(localCopyName(at, new Set()), 'backup-2026-11-21-0412.zip');
    assert.deepEqual(readLocalCopyName('backup-2026-11-21-0412.zip')?.at, new Date('2026-11-21T04:12:00Z'));
  });

  test('is another one for each copy of the same minute', () => {
    const taken = new Set<string>();
    for (let count = 0; count < 12; count++) taken.add(localCopyName(at, taken));
    assert.deepEqual([...taken].slice(0, 2), ['backup-2026-11-21-0412.zip', 'backup-2026-11-21-0412-2.zip']);
    assert.deepEqual(
      [...taken].map((name) => readLocalCopyName(name)?.number),
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
  });

  test('is not taken for one when it only looks like it', () => {
    const others = [
      'backup-2026-11-21-0412.zip.bak',
      'my-backup-2026-11-21-0412.zip',
      'backup-2026-02-31-0412.zip',
      'backup-2026-11-21-2560.zip',
      'backup-2026-11-21-0412-1234.zip',
      'backup-2026-11-21-0412.zip\n',
      'backup.zip',
      '',
    ];
    for (const name of others) assert.equal(readLocalCopyName(name), undefined, name);
  });
});

suite('a local copy', () => {
  const policy = (every: LocalCopyPolicy['every']): LocalCopyPolicy => ({ paths: [''], every, keep: 3 });
  const before = (hours: number): Date => new Date(at.getTime() - hours * 3_600_000);

  test('is due when none was ever begun', () => {
    assert.equal(isLocalCopyDue(policy('day'), undefined, at), true);
    assert.equal(isLocalCopyDue(policy('never'), undefined, at), false);
  });

  test('is due a day, or a week, after the last was begun', () => {
    assert.equal(isLocalCopyDue(policy('day'), before(23.9), at), false);
    assert.equal(isLocalCopyDue(policy('day'), before(24), at), true);
    assert.equal(isLocalCopyDue(policy('week'), before(167), at), false);
    assert.equal(isLocalCopyDue(policy('week'), before(168), at), true);
    assert.equal(isLocalCopyDue(policy('never'), before(10_000), at), false);
  });

  test('is due in spite of a clock that was years ahead, not because of one that is a little behind', () => {
    assert.equal(isLocalCopyDue(policy('day'), before(-30_000), at), true);
    assert.equal(isLocalCopyDue(policy('day'), before(-0.1), at), false);
  });
});

test('a policy that was tampered with is none', () => {
  const good = { paths: ['c2l0ZQ=='], every: 'day', keep: 31 };
  assert.deepEqual(readLocalCopyPolicy({ ...good, more: 1 }), good);
  const bad = [null, [], 'day', {}, { ...good, keep: 0 }, { ...good, keep: 32 }, { ...good, keep: 1.5 }];
  for (const value of [...bad, { ...good, every: 'hour' }, { ...good, paths: [1] }, { ...good, paths: 'site' }]) {
    assert.equal(readLocalCopyPolicy(value), undefined);
  }
});
