/** Starts a writer child for the folder named and prints what both processes have open. */
import { spawnSync } from 'node:child_process';
import { openTenantWriter } from './restore-site.ts';

const [target = ''] = process.argv.slice(2);
const writer = await openTenantWriter(target);
const found = spawnSync('pgrep', ['-n', '-P', String(process.pid), '-f', 'main-writer'], { encoding: 'utf8' });
/** Node opens and closes descriptors of its own meanwhile: `ls` then complains of one, and lists the rest. */
const list = (pid: string): string =>
  spawnSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).stdout.replaceAll('\n', ' ');
process.stdout.write(`parent: ${list(String(process.pid))}\nchild: ${list(found.stdout.trim())}\n`);
await writer.close();
