import { join } from 'node:path';
import test from 'node:test';
import { makeAndKillWorkers } from '../support/killed-workers.ts';
import { metadataPlace } from '../support/metadata-place.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('two workers that are killed again and again do every job once, on SQLite', async (t) => {
  const file = join(temporaryFolder(t), 'metadata.db');
  await makeAndKillWorkers(t, metadataPlace(t, { kind: 'sqlite', file }));
});
