import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { LookContent } from '../../../plugin/protocol/look.ts';
import { failsWith } from '../../support/failures.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { giveAway } from '../../support/installation.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const page = '<h1>Μενού</h1>\n<script>alert(1)</script>\n';
const long = 'μια γραμμή\n'.repeat(60_000);

suite('a look into one file', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  let home = '';
  const look = (path: string, point = 'latest') =>
    site.perform({ kind: 'look', account: 'u1', point, path: pathBytes(path) });
  const content = async (path: string, point = 'latest') => (await look(path, point)).content;

  before(async () => {
    site = await openHistorySite(folder, 1);
    home = site.homes[0] ?? '';
    mkdirSync(`${home}/www`);
    writeFileSync(`${home}/www/menu.html`, page);
    writeFileSync(`${home}/www/long.log`, long);
    writeFileSync(`${home}/www/old.txt`, Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0x6e, 0x6f, 0x69, 0x72]));
    writeFileSync(`${home}/www/photo.php`, pixel);
    writeFileSync(`${home}/www/photo.jpg`, '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    writeFileSync(`${home}/www/huge.png`, Buffer.concat([pixel, Buffer.alloc(4 * 1024 * 1024)]));
    writeFileSync(`${home}/www/program`, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
    writeFileSync(`${home}/www/empty.txt`, '');
    symlinkSync('/etc/passwd', `${home}/www/link`);
    symlinkSync('/etc', `${home}/www/etc`);
    giveAway(home, 20_001);
    await site.perform({ kind: 'nightly' });
    writeFileSync(`${home}/www/menu.html`, 'new\n');
  });
  after(() => site.close());

  test('shows a text as it was and as it is', async () => {
    assert.deepEqual(await content('www/menu.html'), { kind: 'text', text: page, isWhole: true, isExact: true });
    assert.deepEqual(await content('www/menu.html', 'now'), {
      kind: 'text',
      text: 'new\n',
      isWhole: true,
      isExact: true,
    });
    const { point, sizeBytes, type } = await look('www/menu.html', 'now');
    assert.deepEqual([point, sizeBytes, type], [undefined, 4, 'file']);
  });

  for (const point of ['latest', 'now']) {
    suite(`${point === 'now' ? 'in the live home' : 'at a restore point'}`, () => {
      test('a long text is cut between characters, and says so', async () => {
        const shown = (await content('www/long.log', point)) as Extract<LookContent, { kind: 'text' }>;
        assert.deepEqual([shown.isWhole, shown.isExact, shown.text.includes('\ufffd')], [false, true, false]);
        assert.ok(long.startsWith(shown.text));
        assert.ok(Buffer.byteLength(shown.text) > 524_280);
      });

      test('a text in an older encoding is shown, as far as it can be read', async () => {
        assert.deepEqual(await content('www/old.txt', point), {
          kind: 'text',
          text: 'caf\ufffd noir',
          isWhole: true,
          isExact: false,
        });
      });

      test('an image is known by its bytes, whatever its name', async () => {
        const shown = await content('www/photo.php', point);
        assert.deepEqual(shown, {
          kind: 'image',
          mediaType: 'image/png',
          width: 1,
          height: 1,
          bytes: pixel.toString('base64'),
        });
        assert.equal((await content('www/photo.jpg', point)).kind, 'text', 'a drawing that may run scripts is text');
      });

      test('what cannot be shown says why', async () => {
        assert.deepEqual(await content('www/program', point), { kind: 'hidden', reason: 'binary' });
        assert.deepEqual(await content('www/huge.png', point), { kind: 'hidden', reason: 'image-too-large' });
        assert.deepEqual(await content('www', point), { kind: 'hidden', reason: 'no-file' });
        assert.deepEqual(await content('www/link', point), { kind: 'hidden', reason: 'no-file' });
        assert.deepEqual(await content('www/empty.txt', point), {
          kind: 'text',
          text: '',
          isWhole: true,
          isExact: true,
        });
      });

      test('nothing leads out of the home', async () => {
        await failsWith('not-found', () => look('www/etc/passwd', point));
        await failsWith('path-outside-home', () => look('../etc/passwd', point));
        await failsWith('path-outside-home', () => look('/etc/passwd', point));
      });
    });
  }
});
