import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Panel } from '../../../plugin/contracts/panel.ts';
import { openDemoPanel } from '../../../plugin/panels/demo.ts';
import { testPanel } from '../../contracts/panel.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

testPanel('the demo panel of root', {
  kind: 'demo',
  open: (context, users) => openText(context, JSON.stringify(users), 0),
  openDamaged: (context) => openText(context, '[{"name": "maria",', 0),
});

function openText(context: TestContext, text: string, ownUid: number): Panel {
  const file = join(temporaryFolder(context), 'accounts.json');
  writeFileSync(file, text);
  return openDemoPanel(file, ownUid);
}

const maria = { name: 'maria', uid: 1000, gid: 1000, home: '/d/maria' };
const nora = { ...maria, name: 'nora', home: '/d/nora' };

test('without root all accounts of the demo may belong to the one user', async (t) => {
  const accounts = await openText(t, JSON.stringify([maria, nora]), 1000).listAccounts();
  assert.deepEqual(
    accounts.map(({ name, uid }) => [name, uid]),
    [
      ['maria', 1000],
      ['nora', 1000],
    ],
  );
});

test("another uid than the own is nobody else's in the demo either", async (t) => {
  const panel = openText(t, JSON.stringify([maria, nora]), 1001);
  await failsWith('configuration-invalid', () => panel.listAccounts());
});
