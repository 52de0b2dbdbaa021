import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { thisMachine } from '../../../plugin/platform/machine.ts';

const machine = new URL('../../../plugin/platform/machine.ts', import.meta.url);
/** Gives way in a process of its own, and tells what the system says of it and of a thread and a child it starts then. */
const script = `
const { thisMachine } = await import(${JSON.stringify(machine.href)});
thisMachine.giveWay(JSON.parse(process.argv[1]));
const { Worker } = await import('node:worker_threads');
const { execFileSync } = await import('node:child_process');
const { readdirSync, readFileSync } = await import('node:fs');
const thread = new Worker('setInterval(() => {}, 1000)', { eval: true });
await new Promise((resolve) => thread.once('online', resolve));
const io = execFileSync('ionice', ['-p', String(process.pid)], { encoding: 'utf8' }).trim();
const child = execFileSync('nice', { encoding: 'utf8' }).trim();
const newest = readdirSync('/proc/self/task').map(Number).sort((one, other) => one - other).at(-1);
const stat = readFileSync('/proc/self/task/' + newest + '/stat', 'utf8');
const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
console.log(JSON.stringify({ io, child, thread: nice }));
process.exit(0);
`;

interface Told {
  readonly io: string;
  readonly child: string;
  /** Of the newest thread. */
  readonly thread: string;
}

function giveWay(limits: object): Told {
  const words = ['--input-type=module', '-e', script, JSON.stringify(limits)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as Told;
}

test('a process that gives way has the priorities that were asked for, and so has what it starts', () => {
  const own = Number(execFileSync('nice', { encoding: 'utf8' }));
  const idle = giveWay({ nice: Math.max(own, 15), ioPriority: 'idle' });
  assert.equal(idle.io, 'idle');
  assert.equal(idle.child, String(Math.max(own, 15)));
  assert.equal(idle.thread, String(Math.max(own, 15)));
  assert.equal(giveWay({ nice: Math.max(own, 15), ioPriority: 'low' }).io, 'best-effort: prio 7');
});

test('a wait ends when the signal fires, and the load is what the system says', async () => {
  const stop = new AbortController();
  const waiting = thisMachine.wait(60_000, stop.signal);
  stop.abort();
  await waiting;
  assert.ok(thisMachine.load() >= 0);
});
