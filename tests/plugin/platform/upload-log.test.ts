import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BegunUpload } from '../../../plugin/contracts/upload-log.ts';
import { startOf } from '../../../plugin/platform/process-start.ts';
import { openUploadLog } from '../../../plugin/platform/upload-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const upload = (id: string): BegunUpload => {
  return { destination: 'cloud', folder: '', location: 's3:https://s3.example.com/b', key: 'u1/a.zip.age', id };
};
const module = fileURLToPath(new URL('../../../plugin/platform/upload-log.ts', import.meta.url));

/** Another process notes it, and ends. */
function noteElsewhere(folder: string, id: string): void {
  const script = `import { openUploadLog } from ${JSON.stringify(module)};
    await openUploadLog(${JSON.stringify(folder)}).begun(${JSON.stringify(upload(id))});
    process.kill(process.pid, 'SIGKILL');`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL', stderr);
}

suite('uploads that were begun', () => {
  test('are orphans when the process that began them lives no more, and not before', async (t) => {
    const folder = join(temporaryFolder(t), 'uploads');
    const log = openUploadLog(folder);
    assert.deepEqual(log.orphans(), []);
    await log.begun(upload('ours'));
    noteElsewhere(folder, 'theirs');
    assert.deepEqual(log.orphans(), [upload('theirs')]);
    await log.ended(upload('theirs'));
    await log.ended(upload('theirs'));
    assert.deepEqual(log.orphans(), []);
    assert.equal(readdirSync(folder).length, 1);
  });

  test('before the machine was started anew are orphans, whoever has that process id now', async (t) => {
    const folder = temporaryFolder(t);
    const log = openUploadLog(folder);
    const holder = { boot: 'another', process: process.pid, started: startOf(process.pid) };
    writeFileSync(join(folder, 'x.json'), JSON.stringify({ ...upload('old'), holder }), { mode: 0o600 });
    assert.deepEqual(log.orphans(), [upload('old')]);
  });

  const unreadable = ['', '{', '[]', 'null', '{"destination":"cloud"}', JSON.stringify({ ...upload('x'), id: 5 })];
  for (const content of unreadable) {
    test(`a note that says ${content === '' ? 'nothing' : content} ends no upload`, (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, 'x.json'), content, { mode: 0o600 });
      assert.deepEqual(openUploadLog(folder).orphans(), []);
      assert.deepEqual(readdirSync(folder), []);
    });
  }
});
