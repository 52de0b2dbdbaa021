import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { createFormats } from '../../../plugin/domain/formats.ts';
import type { ProvenReport } from '../../../plugin/protocol/proven.ts';
import { presentProven } from '../../../plugin/web/presenters/proven.ts';
import { newest, older } from '../../support/recorded-points.ts';
import { recordedProven } from '../../support/recorded-proof.ts';

const formats = createFormats('en', 'Europe/Athens');
const now = new Date('2026-11-20T10:00:00Z');
const present = (changes: Partial<ProvenReport>, points = [older, newest]) =>
  presentProven({ proven: { ...recordedProven, ...changes }, points, formats, now });

const { everything } = recordedProven;
if (everything === undefined) throw new Error('one was recorded');
const filesOnly = { ...everything, at: '2026-11-19T09:00:00.000Z', point: older.id, databases: 0, rows: 0 };
const failed = { at: '2026-11-20T03:00:00.000Z', point: newest.id, pointTime: newest.time, fault: 'site' } as const;

suite('what a tenant is told of test restores', () => {
  test('when, of which backup, what, and how long it took', () => {
    assert.deepEqual(present({}), {
      said: 'all',
      passed: {
        word: 'all',
        on: '19 November',
        day: '19 Nov',
        ago: 'yesterday',
        of: 'Wednesday 18 November at 21:12',
        took: '18 secs',
        files: 1288,
        databases: 2,
        rows: 5511,
        point: newest.id,
        whole: undefined,
      },
      failed: undefined,
    });
  });

  test('files alone are called that, and when databases passed too is told beside', () => {
    const { said, passed } = present({ filesOnly });
    assert.deepEqual([said, passed?.word, passed?.whole], ['files', 'files', '19 November']);
    assert.equal(present({ filesOnly, everything: undefined }).passed?.whole, undefined);
  });

  test('after one that failed nothing is claimed in short, and what passed last is still known', () => {
    const { said, passed, failed: told } = present({ failed });
    assert.deepEqual([said, passed?.word], ['failed', 'all']);
    assert.deepEqual(told, { on: '20 November', of: 'Wednesday 18 November at 21:12', fault: 'site' });
  });

  test('where none was, or none passed, nothing passed', () => {
    assert.deepEqual(presentProven({ proven: undefined, points: [], formats, now }), {
      said: 'none',
      passed: undefined,
      failed: undefined,
    });
    const { said, passed } = present({ everything: undefined, failed });
    assert.deepEqual([said, passed], ['failed', undefined]);
  });

  test('a backup that is no longer kept is no link', () => {
    assert.equal(present({}, [older]).passed?.point, undefined);
  });
});
