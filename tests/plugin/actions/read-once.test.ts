import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import test from 'node:test';
import { readOnce } from '../../../plugin/actions/read-once.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import { parseGeneration, parseRepositoryId } from '../../../plugin/domain/ids.ts';
import { openCopyLedger } from '../../../plugin/platform/copy-ledger.ts';
import { openOwnKeys } from '../../../plugin/platform/own-keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('one look reads the files of an account once, and the next one reads them anew', async (t) => {
  const folder = temporaryFolder(t);
  const copyLedger = openCopyLedger(folder);
  const services = { copyLedger, ownKeys: openOwnKeys({ state: folder, now: () => new Date(0) }) } as Services;
  const repository = parseRepositoryId('a'.repeat(64));
  const generation = parseGeneration('b'.repeat(32));
  const at = new Date('2026-11-20T10:00:00Z');
  await copyLedger.save('second', repository, { snapshots: [], copiedAt: at, lockedUntil: undefined });
  const look = readOnce(services);
  assert.deepEqual((await look.copyLedger.load('second', repository))?.copiedAt, at);
  assert.equal(await look.copyLedger.load('third', repository), undefined);
  assert.equal(await look.ownKeys.load(generation), undefined);
  rmSync(`${folder}/copies`, { recursive: true });
  assert.deepEqual((await look.copyLedger.load('second', repository))?.copiedAt, at);
  assert.equal(await readOnce(services).copyLedger.load('second', repository), undefined);
});
