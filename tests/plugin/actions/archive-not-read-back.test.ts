import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, globSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { performRequest } from '../../../plugin/actions/perform-request.ts';
import type { Performing } from '../../../plugin/actions/services.ts';
import type { ArchiveStore } from '../../../plugin/contracts/archive-store.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { failsWith } from '../../support/failures.ts';
import { giveAway, makeInstallation, type Installation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function openArchived(t: TestContext): Promise<{ site: Installation; performing: Performing }> {
  const site = makeInstallation(temporaryFolder(t), 1);
  appendFileSync(
    `${site.folder}/larder.toml`,
    `[[destinations]]\nname = "berlin"\nkind = "local"\nrole = "archives"\npath = "${site.folder}/berlin"\n`,
  );
  writeFileSync(`${site.homes[0]}/photo.jpg`, randomBytes(500_000)); // else what differs is as large as all of it
  giveAway(site.homes[0] ?? '', 20_001);
  site.succeed('init', '--no-input', '--yes');
  return { site, performing: await openInstallation(t, site) };
}

async function archive(performing: Performing, full: boolean): Promise<void> {
  await setTimeout(1100); // names tell seconds
  await performRequest<'archive'>(performing, { kind: 'archive', account: 'u1', full });
}

/** The same with a destination whose zips cannot be read, and which may not let anything be removed. */
function withStore(performing: Performing, changes: Partial<ArchiveStore>): Performing {
  const { archives } = performing.services;
  const openStore: typeof archives.openStore = async (...words) => ({
    ...(await archives.openStore(...words)),
    ...changes,
  });
  return { ...performing, services: { ...performing.services, archives: { ...archives, openStore } } };
}

const stored = (site: Installation): string[] => globSync(`${site.folder}/berlin/*/*`).map((file) => basename(file));
const unreadable: Partial<ArchiveStore> = {
  readRange: () => Promise.reject(new Failure('archive-damaged', { archive: 'it', problem: 'it is rubbish' })),
};

test('of an archive that cannot be read back nothing is left', async (t) => {
  const { site, performing } = await openArchived(t);
  await archive(performing, true);
  const good = stored(site);
  await failsWith('archive-damaged', () => archive(withStore(performing, unreadable), true));
  assert.deepEqual(stored(site), good);
});

test('an index that arrived as another is found, although this server still has the right one', async (t) => {
  const { performing } = await openArchived(t);
  const create: ArchiveStore['create'] = async (key) => {
    const upload = await (await performing.services.archives.openStore()).create(key);
    const spoil = (bytes: Uint8Array): Uint8Array =>
      bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
    const write: typeof upload.write = (bytes) => upload.write(key.includes('.index.') ? spoil(bytes) : bytes);
    return { write, finish: () => upload.finish(), abort: () => upload.abort() };
  };
  await failsWith('archive-damaged', () => archive(withStore(performing, { create }), true));
});

test('where it has to stay, no other one builds on it', async (t) => {
  const { site, performing } = await openArchived(t);
  await archive(performing, true);
  const [good = ''] = stored(site);
  const stuck = () => Promise.reject(new Failure('destination-refused', { destination: 'berlin', problem: 'no' }));
  await failsWith('archive-damaged', () => archive(withStore(performing, { ...unreadable, remove: stuck }), true));
  for (const night of ['the next', 'the one after']) {
    await archive(performing, false);
    const of = stored(site).flatMap((name) => /-diff-([^.]*)\.zip/.exec(name)?.[1] ?? []);
    assert.ok(of.length > 0 && of.every((base) => good.startsWith(base)), `${night}: ${of.join(' ')}`);
  }
});
