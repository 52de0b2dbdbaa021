import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';
import { downloadPaths } from '../../../plugin/actions/download-paths.ts';
import type { Performing } from '../../../plugin/actions/services.ts';
import type { Answer, Request } from '../../../plugin/protocol/requests.ts';
import { giveAway, makeInstallation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';
import { gather, listZip, testZip } from '../../support/zip-files.ts';

type Wish = Partial<Omit<Extract<Request, { kind: 'download' }>, 'kind'>>;

const wish = (changes: Wish = {}) =>
  ({ kind: 'download', account: 'u1', point: 'latest', paths: [''], offset: 0, ...changes }) as const;

async function download(
  performing: Performing,
  changes: Wish = {},
): Promise<{ answer: Answer<'download'>; bytes: Buffer }> {
  const { sink, bytes } = gather();
  const answer = await downloadPaths(performing, wish(changes), sink);
  return { answer, bytes: bytes() };
}

suite('a download', () => {
  const installation = makeInstallation(suiteFolder(), 1);
  const [home = ''] = installation.homes;
  mkdirSync(path.join(home, 'site'));
  for (let index = 0; index < 200; index++) {
    writeFileSync(path.join(home, `site/page ${index}.php`), `<?php echo ${index};\n`.repeat(index * 10));
  }
  writeFileSync(path.join(home, 'site/photo.jpg'), randomBytes(700_000));
  writeFileSync(path.join(home, 'dump.sql'), randomBytes(3_000_000).toString('base64').repeat(2));
  giveAway(home, 20_001);
  installation.succeed('init', '--no-input', '--yes');
  installation.succeed('nightly');
  const locks = (): string[] => {
    const all = readdirSync(path.join(installation.folder, 'backup'), { recursive: true, encoding: 'utf8' });
    return all.filter((name) => name.includes('/locks/'));
  };

  test('is a whole zip, of as many bytes as is told', async (t) => {
    const { answer, bytes } = await download(await openInstallation(t, installation));
    const file = path.join(installation.folder, 'whole.zip');
    writeFileSync(file, bytes);
    assert.equal(testZip(file), '');
    assert.deepEqual([answer.bytes, answer.files, answer.problems], [bytes.length, 202, []]);
    assert.equal(listZip(file).length, 203);
  });

  test('goes on at any byte where it was cut', async (t) => {
    const performing = await openInstallation(t, installation);
    const { answer, bytes } = await download(performing);
    const point = answer.point.id;
    const offsets = [
      0,
      1,
      bytes.length - 1,
      bytes.length,
      ...Array.from({ length: 8 }, () => randomBytes(4).readUInt32LE() % bytes.length),
    ];
    for (const offset of offsets) {
      const rest = await download(performing, { point, offset });
      assert.ok(rest.bytes.equals(bytes.subarray(offset)), `from ${offset}`);
      assert.equal(rest.answer.bytes, bytes.length);
    }
  });

  test('goes on only where it is clear what it was a download of', async (t) => {
    const performing = await openInstallation(t, installation);
    const refused = async (changes: Wish, field: string): Promise<void> => {
      await assert.rejects(download(performing, changes), (error: { code: string; facts: { field: string } }) => {
        return error.code === 'invalid-input' && error.facts.field === field;
      });
    };
    const { answer } = await download(performing, { paths: [pathBytes('site/photo.jpg')] });
    await refused({ offset: 5 }, 'point');
    await refused({ offset: 5, point: '2026-11-21T00:00:00Z' }, 'point');
    await refused({ offset: answer.bytes + 1, point: answer.point.id, paths: [pathBytes('site/photo.jpg')] }, 'offset');
    await refused({ paths: [] }, 'paths');
  });

  test('of what is not there, or not the account’s, is refused before a byte is sent', async (t) => {
    const performing = await openInstallation(t, installation);
    const never = async (): Promise<void> => assert.fail('a byte was sent');
    const refusal = async (changes: Wish): Promise<unknown> =>
      downloadPaths(performing, wish(changes), never).catch((error: { code: string }) => error.code);
    assert.equal(await refusal({ paths: [pathBytes('nothing')] }), 'not-found');
    assert.equal(await refusal({ paths: [pathBytes('../u2')] }), 'path-outside-home');
    assert.equal(await refusal({ account: 'u2' }), 'unknown-account');
    assert.equal(await refusal({ point: 'deadbeef' }), 'unknown-restore-point');
  });

  test('ends when who asked for it goes away, and leaves no lock', async (t) => {
    const performing = await openInstallation(t, installation);
    const controller = new AbortController();
    const stopped = downloadPaths({ ...performing, signal: controller.signal }, wish(), () => {
      controller.abort();
      return new Promise(() => {}); // nobody reads any more
    });
    await assert.rejects(stopped, { code: 'cancelled' });
    const broken = downloadPaths(performing, wish(), () => Promise.reject(new Error('EPIPE')));
    await assert.rejects(broken, { message: 'EPIPE' });
    assert.deepEqual(locks(), []);
  });

  test('sends its first bytes while the rest is not read yet', async (t) => {
    const performing = await openInstallation(t, installation);
    let [first, all] = [0, 0];
    await downloadPaths(performing, wish(), async (bytes) => {
      first ||= bytes.length;
      all += bytes.length;
    });
    assert.ok(first > 0 && first < all / 10, `${first} of ${all}`);
  });
});
