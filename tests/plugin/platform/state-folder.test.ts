import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checkStateFolder, createStateFolder } from '../../../plugin/platform/state-folder.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const needsRoot = { skip: !isRoot && 'only root can give a folder away' };

test('a state folder is made with mode 0700, and the missing folders above it', (t) => {
  const state = join(temporaryFolder(t), 'var', 'lib', 'larder');
  createStateFolder(state);
  assert.equal(statSync(state).mode & 0o777, 0o700);
  checkStateFolder(state);
});

test('a state folder that exists and is safe is kept', (t) => {
  const state = join(temporaryFolder(t), 'state');
  createStateFolder(state);
  writeFileSync(join(state, 'server-id'), 'x');
  createStateFolder(state);
  assert.ok(statSync(join(state, 'server-id')).isFile());
});

test('without a state folder Larder is not initialised', async (t) => {
  const state = join(temporaryFolder(t), 'state');
  assert.deepEqual(await failsWith('not-initialised', () => checkStateFolder(state)), { state });
});

test('a state folder that others can enter is refused with the command that mends it', async (t) => {
  const state = join(temporaryFolder(t), 'state');
  mkdirSync(state);
  chmodSync(state, 0o750);
  for (const work of [checkStateFolder, createStateFolder]) {
    const facts = await failsWith('state-unsafe', () => work(state));
    assert.deepEqual(facts, { path: state, problem: 'its mode 0750 lets others in', mend: `chmod go= ${state}` });
  }
});

test('a state folder of somebody else is refused', needsRoot, async (t) => {
  const state = join(temporaryFolder(t), 'state');
  mkdirSync(state, { mode: 0o700 });
  chownSync(state, 20001, 20001);
  assert.equal((await failsWith('state-unsafe', () => checkStateFolder(state))).mend, `chown 0 ${state}`);
});

test('a symbolic link is no state folder', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'real'), { mode: 0o700 });
  symlinkSync('real', join(folder, 'state'));
  await failsWith('state-unsafe', () => checkStateFolder(join(folder, 'state')));
  await failsWith('state-unsafe', () => createStateFolder(join(folder, 'state')));
});

test('a symbolic link above the state folder is refused', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'real', 'state'), { recursive: true, mode: 0o700 });
  symlinkSync('real', join(folder, 'link'));
  assert.equal(
    (await failsWith('state-unsafe', () => checkStateFolder(join(folder, 'link', 'state')))).path,
    join(folder, 'link'),
  );
});

test('a folder above in which others may rename is refused', async (t) => {
  const folder = temporaryFolder(t);
  const state = join(folder, 'open', 'state');
  createStateFolder(state);
  chmodSync(join(folder, 'open'), 0o777);
  const facts = await failsWith('state-unsafe', () => checkStateFolder(state));
  assert.equal(facts.mend, `chmod go-w ${join(folder, 'open')}`);
  chmodSync(join(folder, 'open'), 0o1777);
  checkStateFolder(state);
});

test('a folder above that belongs to a customer is refused', needsRoot, async (t) => {
  const folder = temporaryFolder(t);
  const state = join(folder, 'maria', 'state');
  createStateFolder(state);
  chownSync(join(folder, 'maria'), 20001, 20001);
  assert.equal(
    (await failsWith('state-unsafe', () => checkStateFolder(state))).mend,
    `chown 0 ${join(folder, 'maria')}`,
  );
});
