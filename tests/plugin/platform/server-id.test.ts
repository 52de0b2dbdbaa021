import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { loadServerId } from '../../../plugin/platform/server-id.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a server gets an id once and keeps it', async (t) => {
  const state = temporaryFolder(t);
  const made = await loadServerId(state);
  assert.match(made, /^[0-9a-f]{32}$/);
  assert.equal(await loadServerId(state), made);
  assert.deepEqual(readdirSync(state), ['server-id']);
  assert.equal(statSync(join(state, 'server-id')).mode & 0o777, 0o600);
});

test('two servers get two ids', async (t) => {
  assert.notEqual(await loadServerId(temporaryFolder(t)), await loadServerId(temporaryFolder(t)));
});

test('a damaged id stops instead of making every account a new customer', async (t) => {
  const state = temporaryFolder(t);
  writeFileSync(join(state, 'server-id'), '', { mode: 0o600 });
  await failsWith('state-unsafe', () => loadServerId(state));
});
