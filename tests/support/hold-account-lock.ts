/**
 * Takes the lock of an account and gives it to a program that sleeps, as a writer would be given it; says so, and waits:
 *   hold-account-lock.ts FILE SECONDS
 */
import { spawn } from 'node:child_process';
import { lockAccount } from '../../plugin/platform/account-lock.ts';

const [file = '', seconds = ''] = process.argv.slice(2);
const lock = lockAccount(file, 'maria');
const sleeper = spawn('sleep', [seconds], {
  stdio: ['ignore', 'ignore', 'ignore', lock.descriptor],
  detached: true,
});
process.stdout.write(`${sleeper.pid}\n`);
setInterval(() => {}, 60_000);
