import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockInstance } from '../../../plugin/platform/instance-lock.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const now = new Date('2026-11-21T01:02:03.004Z');
const holderScript = fileURLToPath(new URL('../../support/hold-instance-lock.ts', import.meta.url));

test('a second instance is refused and told who works since when', async (t) => {
  const state = temporaryFolder(t);
  const lock = lockInstance(state, now);
  const facts = await failsWith('instance-running', () => lockInstance(state, now));
  assert.deepEqual(facts, { state, holder: `process ${process.pid} since 2026-11-21T01:02:03.004Z` });
  lock.release();
});

test('a released lock can be taken again, and releasing twice harms nobody', async (t) => {
  const state = temporaryFolder(t);
  const first = lockInstance(state, now);
  first.release();
  const second = lockInstance(state, now);
  first.release();
  await failsWith('instance-running', () => lockInstance(state, now));
  second.release();
});

test('two state folders do not disturb each other', (t) => {
  lockInstance(temporaryFolder(t), now).release();
  lockInstance(temporaryFolder(t), now).release();
});

test('a process that is killed with -9 loses its lock', async (t) => {
  const state = temporaryFolder(t);
  const child = await startHolder(t, state);
  const facts = await failsWith('instance-running', () => lockInstance(state, now));
  assert.equal(facts.holder, `process ${child.pid} since 2026-11-21T02:00:00.000Z`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockInstance(state, now).release();
});

test('a child that lives on does not keep the lock', async (t) => {
  const state = temporaryFolder(t);
  const lock = lockInstance(state, now);
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  lock.release();
  lockInstance(state, now).release();
});

test('what an earlier holder wrote does not matter', (t) => {
  const state = temporaryFolder(t);
  writeFileSync(join(state, 'instance.lock'), '{"pid":1,"since":"1999-01-01T00:00:00.000Z"} and more', { mode: 0o600 });
  const lock = lockInstance(state, now);
  assert.deepEqual(JSON.parse(readFileSync(join(state, 'instance.lock'), 'utf8')), {
    pid: process.pid,
    since: now.toISOString(),
  });
  lock.release();
});

test('a holder who has not said who it is, is another process', async (t) => {
  const state = temporaryFolder(t);
  const lock = lockInstance(state, now);
  writeFileSync(join(state, 'instance.lock'), '\u001b[31mhello');
  assert.equal((await failsWith('instance-running', () => lockInstance(state, now))).holder, 'another process');
  lock.release();
});

test('the lock is a lock to other programs too', (t) => {
  const state = temporaryFolder(t);
  const lock = lockInstance(state, now);
  assert.equal(spawnSync('flock', ['-n', join(state, 'instance.lock'), 'true']).status, 1);
  lock.release();
  assert.equal(spawnSync('flock', ['-n', join(state, 'instance.lock'), 'true']).status, 0);
});

test('a lock file that others can open, or that is a link, is refused', async (t) => {
  const state = temporaryFolder(t);
  writeFileSync(join(state, 'instance.lock'), '');
  chmodSync(join(state, 'instance.lock'), 0o666);
  await failsWith('state-unsafe', () => lockInstance(state, now));
  const other = temporaryFolder(t);
  symlinkSync('/etc/passwd', join(other, 'instance.lock'));
  await failsWith('state-unsafe', () => lockInstance(other, now));
});

test('without a state folder Larder is not initialised', async (t) => {
  await failsWith('not-initialised', () => lockInstance(join(temporaryFolder(t), 'missing'), now));
});

async function startHolder(context: TestContext, state: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holderScript, state], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}
