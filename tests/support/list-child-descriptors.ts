/** Starts a writer child for the folder named and prints what both processes have open. */
import { execFileSync, spawnSync } from 'node:child_process';
import { openTenantWriter } from './restore-site.ts';

const [target = ''] = process.argv.slice(2);
const writer = await openTenantWriter(target);
const found = spawnSync('pgrep', ['-n', '-P', String(process.pid), '-f', 'main-writer'], { encoding: 'utf8' });
const list = (pid: string): string =>
  execFileSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).replaceAll('\n', ' ');
process.stdout.write(`parent: ${list(String(process.pid))}\nchild: ${list(found.stdout.trim())}\n`);
await writer.close();
