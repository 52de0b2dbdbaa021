import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { withoutFailures } from '../../../plugin/engine/without-failures.ts';
import type { ScratchFiles, ScratchWriter } from '../../../plugin/contracts/scratch-file.ts';
import { openScratchFiles } from '../../../plugin/platform/scratch-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const steps = ['create', 'append', 'overwrite', 'commit'] as const;

/** Real files in `folder`, of which one step fails as on a full disk. */
function failingAt(t: TestContext, step: string): { files: ScratchFiles; folder: string } {
  const folder = temporaryFolder(t);
  const real = openScratchFiles(folder);
  const fail = (name: string): void => {
    if (name === step) throw new Error('ENOSPC');
  };
  const files: ScratchFiles = {
    open: (name) => real.open(name),
    create(name) {
      fail('create');
      const writer: ScratchWriter = real.create(name);
      return {
        append: (bytes) => (fail('append'), writer.append(bytes)),
        overwrite: (bytes, offset) => (fail('overwrite'), writer.overwrite(bytes, offset)),
        commit: () => (fail('commit'), writer.commit()),
        discard: () => writer.discard(),
      };
    },
  };
  return { files, folder };
}

function writeAll(files: ScratchFiles, content: string): void {
  const writer = files.create('cache');
  writer.append(Buffer.from('?????'));
  writer.overwrite(Buffer.from(content), 0);
  writer.commit();
}

for (const step of steps) {
  test(`when ${step} fails the old file stays and nobody notices`, (t) => {
    const { files, folder } = failingAt(t, step);
    writeAll(openScratchFiles(folder), 'older');
    writeAll(withoutFailures(files), 'newer');
    assert.equal(readFileSync(join(folder, 'cache'), 'utf8'), 'older');
  });
}

test('without an error the new file takes its place', (t) => {
  const { files, folder } = failingAt(t, 'nothing');
  writeAll(withoutFailures(files), 'newer');
  assert.equal(readFileSync(join(folder, 'cache'), 'utf8'), 'newer');
});

test('a discarded file leaves nothing', (t) => {
  const { files, folder } = failingAt(t, 'nothing');
  const writer = withoutFailures(files).create('cache');
  writer.append(Buffer.from('x'));
  writer.discard();
  writer.discard();
  assert.ok(!existsSync(join(folder, 'cache')));
});
