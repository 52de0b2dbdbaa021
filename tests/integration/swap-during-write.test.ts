import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { isRoot } from '../support/backup-site.ts';
import { openTenantWriter, tenant } from '../support/restore-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asTenant, attributes, writeFile } from '../support/tenant-files.ts';

const swapper = fileURLToPath(new URL('../support/swap-entries.ts', import.meta.url));
const runMilliseconds = 6000;

test('a folder that its owner swaps with a link while it is written leads nobody out, but does a careless writer', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o711);
  const [target, outside] = [join(folder, 'target'), join(folder, 'outside')];
  mkdirSync(join(target, 'd'), { recursive: true });
  mkdirSync(outside);
  chmodSync(outside, 0o777); // only the link stands between the writer and this folder
  symlinkSync(outside, join(target, 'link'));
  asTenant(target);
  const ids = isRoot ? tenant : {};
  const swapping = spawn(process.execPath, [swapper, join(target, 'd'), join(target, 'link')], { ...ids, env: {} });
  t.after(() => swapping.kill('SIGKILL'));
  await once(swapping.stdout, 'data');

  const writer = await openTenantWriter(target);
  let [tried, careless] = [0, 0];
  for (const end = Date.now() + runMilliseconds; Date.now() < end;) {
    for (let turn = 0; turn < 50; turn++, tried++) {
      await writer.enter(Buffer.from('d'), true);
      await writeFile(writer, `ours-${tried}`, 'x');
      await writer.leave(attributes());
      if (writeCarelessly(join(target, 'd'), `careless-${tried}`)) careless++;
    }
  }
  const report = await writer.finish(undefined);
  await writer.close();
  const ended = once(swapping, 'exit');
  swapping.kill('SIGKILL');
  await ended;
  const escaped = readdirSync(outside);
  const count = (prefix: string): number => escaped.filter((name) => name.startsWith(prefix)).length;
  t.diagnostic(
    `${tried} tries: ${report.files} written by us, ${count('ours-')} outside; ${careless} carelessly, ${count('careless-')} outside`,
  );
  assert.equal(count('ours-'), 0);
  assert.equal(escaped.filter((name) => name.startsWith('.larder')).length, 0);
  assert.ok(count('careless-') > 0, 'the attack was not exercised');
  assert.ok(report.files > 0, 'our writer wrote nothing');
});

/** Looks first, then writes by path: the mistake. */
function writeCarelessly(folder: string, name: string): boolean {
  try {
    if (!lstatSync(folder).isDirectory()) return false;
    writeFileSync(join(folder, name), 'x');
    return true;
  } catch {
    return false;
  }
}
