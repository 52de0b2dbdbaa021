import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { isRoot } from '../support/backup-site.ts';
import { openTenantWriter, tenant } from '../support/restore-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asTenant, attributes } from '../support/tenant-files.ts';

const swapper = fileURLToPath(new URL('../support/swap-entries.ts', import.meta.url));
const runMilliseconds = 4000;
const names = (prefix: string): string[] => Array.from({ length: 200 }, (_, number) => `${prefix}-${number}`);

test('a folder that its owner swaps with a link while it is emptied loses nobody else’s files, but does to a careless remover', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o711);
  const [target, outside] = [join(folder, 'target'), join(folder, 'outside')];
  const inside = join(target, 'd');
  mkdirSync(inside, { recursive: true });
  mkdirSync(outside);
  for (const name of [...names('ours'), ...names('careless')]) writeFileSync(join(outside, name), 'kept');
  chmodSync(outside, 0o777); // only the link stands between the writer and this folder
  symlinkSync(outside, join(target, 'link'));
  asTenant(target);
  const swapping = spawn(process.execPath, [swapper, inside, join(target, 'link')], {
    ...(isRoot ? tenant : {}),
    env: {},
  });
  t.after(() => swapping.kill('SIGKILL'));
  await once(swapping.stdout, 'data');

  const writer = await openTenantWriter(target);
  let tried = 0;
  for (const end = Date.now() + runMilliseconds; Date.now() < end; tried++) {
    for (const [number, name] of names('ours').entries()) {
      await writer.enter(Buffer.from('d'), true);
      await writer.remove(Buffer.from(name));
      await writer.leave(attributes());
      removeCarelessly(inside, `careless-${number}`);
    }
  }
  await writer.finish(undefined);
  await writer.close();
  const ended = once(swapping, 'exit');
  swapping.kill('SIGKILL');
  await ended;
  const left = readdirSync(outside);
  const lost = (prefix: string): number => names(prefix).filter((name) => !left.includes(name)).length;
  t.diagnostic(`${tried * 200} tries: ${lost('ours')} lost through us, ${lost('careless')} through carelessness`);
  assert.equal(lost('ours'), 0);
  assert.ok(lost('careless') > 0, 'the attack was not exercised');
  rmSync(outside, { recursive: true });
});

/** Looks first, then removes by path: the mistake. */
function removeCarelessly(folder: string, name: string): void {
  try {
    if (lstatSync(folder).isDirectory()) unlinkSync(join(folder, name));
  } catch {
    // it is not there, or no longer
  }
}
