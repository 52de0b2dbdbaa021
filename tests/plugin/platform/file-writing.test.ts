import { openWriting } from '../../../plugin/platform/open-writing.ts';
import { testFileWriting } from '../../contracts/file-writing.ts';

for (const kind of ['native', 'node'] as const) {
  testFileWriting(`writing, ${kind}`, async () => (await openWriting(kind)).writing);
}
