import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, globSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { performRequest } from '../../../plugin/actions/perform-request.ts';
import type { Performing } from '../../../plugin/actions/services.ts';
import { giveAway, makeInstallation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

async function verify(performing: Performing, full: boolean) {
  const { repositories } = await performRequest<'verify'>(performing, {
    kind: 'verify',
    account: 'u1',
    full,
    due: false,
    repair: false,
    from: 'archives',
  });
  return repositories.flatMap(({ damage }) => damage.map(({ object, paths }) => [object, paths] as const));
}

suite('of a full archive and one that differs from it', { concurrency: false }, () => {
  const folder = suiteFolder();
  const site = makeInstallation(folder, 1);
  const home = site.homes[0] ?? '';
  const open = (t: TestContext) => openInstallation(t, site);
  let zip = '';
  let names: string[] = [];

  test('both are whole', async (t) => {
    appendFileSync(
      `${folder}/larder.toml`,
      `[[destinations]]\nname = "berlin"\nkind = "local"\nrole = "archives"\npath = "${folder}/berlin"\n`,
    );
    writeFileSync(`${home}/photo.jpg`, randomBytes(3_000_000));
    for (let number = 0; number < 1000; number++) writeFileSync(`${home}/page-${number}`, 'page'.repeat(number));
    giveAway(home, 20_001);
    site.succeed('init', '--no-input', '--yes');
    const performing = await open(t);
    await setTimeout(2500); // what changed just before is archived again
    for (const full of [true, false])
      await performRequest<'archive'>(performing, { kind: 'archive', account: 'u1', full });
    zip = globSync(`${folder}/berlin/*/*-full.zip.age`)[0] ?? '';
    names = globSync(`${folder}/berlin/*/*.zip.age`).map((file) => basename(file, '.zip.age'));
    names.sort();
    for (const full of [false, true]) assert.deepEqual(await verify(performing, full), []);
  });

  test('the other one is damaged when the full one is missing', async (t) => {
    const performing = await open(t);
    renameSync(zip, `${folder}/away`);
    t.after(() => renameSync(`${folder}/away`, zip));
    for (const full of [false, true]) assert.deepEqual(await verify(performing, full), [[names[1], []]]);
  });

  test('both are damaged when the full one was cut, or is longer than it was', async (t) => {
    const performing = await open(t);
    const whole = readFileSync(zip);
    t.after(() => writeFileSync(zip, whole));
    for (const spoil of [() => truncateSync(zip, whole.length - 200_000), () => appendFileSync(zip, 'x')]) {
      spoil();
      for (const full of [false, true]) {
        const damage = await verify(performing, full);
        assert.deepEqual(
          damage.map(([object]) => object),
          names,
        );
      }
      writeFileSync(zip, whole);
    }
  });

  test('both are damaged when a file of the full one is, which both need', async (t) => {
    const performing = await open(t);
    const whole = readFileSync(zip);
    t.after(() => writeFileSync(zip, whole));
    const broken = Buffer.from(whole);
    const middle = whole.length >>> 1;
    broken[middle] = (whole[middle] ?? 0) ^ 1;
    writeFileSync(zip, broken);
    assert.deepEqual(
      await verify(performing, true),
      names.map((name) => [name, ['photo.jpg']]),
    );
  });

  test('one is damaged when what stands behind its files is', async (t) => {
    const performing = await open(t);
    const whole = readFileSync(zip);
    t.after(() => writeFileSync(zip, whole));
    const broken = Buffer.from(whole);
    broken[whole.length - 40] = (whole.at(-40) ?? 0) ^ 1;
    writeFileSync(zip, broken);
    assert.deepEqual(await verify(performing, true), [[names[0], []]]);
  });

  test('one is damaged when its index is, although this server still has the right one', async (t) => {
    const performing = await open(t);
    const index = globSync(`${folder}/berlin/*/*-diff-*.index.age`)[0] ?? '';
    const whole = readFileSync(index);
    t.after(() => writeFileSync(index, whole));
    writeFileSync(index, Buffer.alloc(whole.length));
    assert.deepEqual(await verify(performing, false), [[names[1], []]]);
  });

  test('one is damaged that lies there under the name of another', async (t) => {
    const performing = await open(t);
    for (const end of ['zip', 'index']) {
      const file = zip.replace('.zip.', `.${end}.`);
      writeFileSync(file.replace(/\/[^/]*-full\./, '/2020-01-01T000000Z-full.'), readFileSync(file));
    }
    assert.deepEqual(await verify(performing, false), [['2020-01-01T000000Z-full', []]]);
  });
});
