import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import { openLog } from '../../../plugin/platform/log.ts';

function logTo(lines: string[]) {
  return openLog({ write: (line) => void lines.push(line) });
}

suite('the log is lines of JSON', () => {
  test('an event has its name, its facts and the time', () => {
    const lines: string[] = [];
    logTo(lines).info('job-ended', { job: 'abc' });
    const { level, msg, job, time } = JSON.parse(lines[0] ?? '') as Record<string, string>;
    assert.deepEqual({ level, msg, job }, { level: 'info', msg: 'job-ended', job: 'abc' });
    assert.match(time ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test('a name with a line break forges no second line', () => {
    const lines: string[] = [];
    logTo(lines).warn('intruder', { name: 'a\n{"level":"error"}\u001b[2J' });
    assert.equal(lines.join('').trimEnd().split('\n').length, 1);
    assert.ok(!lines.join('').includes('\u001b'));
  });

  test('a secret that came by mistake is left out', () => {
    const lines: string[] = [];
    logTo(lines).info('login', { secret: 'hunter2', request: { session: 'hunter2', password: 'hunter2' } });
    assert.ok(!lines.join('').includes('hunter2'));
  });

  test('a failure is told by its code and facts, a bug by its stack', () => {
    const lines: string[] = [];
    const log = logTo(lines);
    log.error('failed', { error: new Failure('not-found', { path: 'a' }) });
    log.error('broke', { error: new Error('oops') });
    const [failed, broke] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([failed?.['code'], failed?.['facts']], ['not-found', { path: 'a' }]);
    assert.match(String(broke?.['stack']), /Error: oops/);
  });
});
