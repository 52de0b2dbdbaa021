import assert from 'node:assert/strict';
import { appendFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { performRequest } from '../../../plugin/actions/perform-request.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import type { ObjectStore } from '../../../plugin/contracts/object-store.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { openPlace } from '../../../plugin/main-open-store.ts';
import { giveAway, makeInstallation, type Installation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { watchStore } from '../../support/watch-store.ts';

const nights = 9;

/** An account with restore points that its copy holds too, and will be let go there. */
async function openCopied(t: TestContext): Promise<Installation> {
  const site = makeInstallation(temporaryFolder(t), 1);
  appendFileSync(
    `${site.folder}/larder.toml`,
    `[[destinations]]\nname = "second"\nkind = "local"\npath = "${site.folder}/second"\nkeep = { last = 20 }\n[retention]\nlast = 20\n`,
  );
  writeFileSync(`${site.homes[0]}/page.html`, 'page');
  giveAway(site.homes[0] ?? '', 20_001);
  site.succeed('init', '--no-input', '--yes');
  const performing = await openInstallation(t, site);
  for (let night = 0; night < nights; night += 1) await performRequest(performing, { kind: 'nightly' });
  await performing.close();
  assert.deepEqual(await copy(t, site, () => true), ['done', nights, 0]);
  const settings = readFileSync(`${site.folder}/larder.toml`, 'utf8');
  writeFileSync(`${site.folder}/larder.toml`, settings.replace('keep = { last = 20', 'keep = { last = 1'));
  return site;
}

/** The copy as a place gives it whose key may remove some objects only. */
function withKey(
  mayRemove: (key: string) => boolean,
  refusal: Failure = new Failure('destination-refused', { destination: 'second', problem: 'AccessDenied' }),
): Pick<Services, 'openPlace'> {
  return {
    async openPlace(where) {
      const place = await openPlace(where);
      if (where.destination.name !== 'second') return place;
      const { store } = watchStore(place.store);
      const remove: ObjectStore['remove'] = (key, options) =>
        mayRemove(key) ? store.remove(key, options) : Promise.reject(refusal);
      return { ...place, store: { ...store, remove } };
    },
  };
}

/** @returns the outcome, how many restore points the copy has, and how many it forgot. */
async function copy(t: TestContext, site: Installation, ...key: Parameters<typeof withKey>): Promise<unknown[]> {
  const performing = await openInstallation(t, site, withKey(...key));
  const asked = { kind: 'copy', account: 'u1', destination: undefined, repair: false, back: false } as const;
  const { copies } = await performRequest<'copy'>(performing, asked);
  await performing.close();
  return copies.flatMap(({ outcome, points, pointsForgotten }) => [outcome, points, pointsForgotten]);
}

const held = (site: Installation, folder: string): string[] => globSync(`${site.folder}/second/u1-*/${folder}/*`);

test('a copy whose key may remove nothing goes well again and again, also with its own lock still there', async (t) => {
  const site = await openCopied(t);
  assert.deepEqual(await copy(t, site, () => false), ['done', nights, 0]);
  assert.equal(held(site, 'locks').length, 1, 'the lock of who wanted to forget could not be removed');
  assert.deepEqual(await copy(t, site, () => false), ['done', nights, 0]);
  assert.equal(held(site, 'snapshots').length, nights);
});

test('a refusal half-way is no alarm: what had gone until then was forgotten by Larder itself', async (t) => {
  const site = await openCopied(t);
  let permitted = 3;
  const some = (key: string): boolean => !key.startsWith('snapshots/') || permitted-- > 0;
  assert.deepEqual(await copy(t, site, some), ['done', nights - 3, 3]);
  assert.equal(held(site, 'snapshots').length, nights - 3);
  assert.deepEqual(await copy(t, site, some), ['done', nights - 3, 0]);
});

test('a line that breaks half-way is no alarm the next time either', async (t) => {
  const site = await openCopied(t);
  const broken = new Failure('destination-unreachable', { destination: 'second', problem: 'ECONNRESET' });
  let permitted = 3;
  const some = (key: string): boolean => !key.startsWith('snapshots/') || permitted-- > 0;
  await copy(t, site, some, broken).catch(() => {});
  assert.equal(held(site, 'snapshots').length, nights - 3);
  assert.deepEqual(await copy(t, site, () => true), ['done', nights - 3, 0]); // too few for a batch now
});

test('with a key that may remove them they go, all but what the rules of the copy keep', async (t) => {
  const site = await openCopied(t);
  assert.deepEqual(await copy(t, site, () => true), ['done', 1, nights - 1]);
  assert.deepEqual([held(site, 'snapshots').length, held(site, 'locks').length], [1, 0]);
});
