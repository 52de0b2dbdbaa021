import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { larderProgram } from './larder.ts';

/** `larder serve worker` for the installation in `folder`. Resolves when its sockets are there. */
export async function startWorker(folder: string): Promise<ChildProcess> {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', LARDER_CONFIG: `${folder}/larder.toml` };
  const worker = spawn(larderProgram, ['serve', 'worker'], { env, stdio: 'ignore' });
  while (!existsSync(`${folder}/run/root.sock`)) {
    if (worker.exitCode !== null) throw new Error(`the worker ended with ${String(worker.exitCode)}`);
    await pause(20);
  }
  return worker;
}

/** Ends it in order. Resolves when it has gone. */
export async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
}
