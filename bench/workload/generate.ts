import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Work } from './work.ts';
import type { AccountSpec } from './account-spec.ts';

/** Does all of `works`, one thread per core, and resolves when every file is written. */
export async function generate(works: readonly Work[], signal: AbortSignal): Promise<void> {
  const queue = [...works];
  const count = Math.min(availableParallelism(), queue.length);
  await Promise.all(Array.from({ length: count }, () => drain(queue, signal)));
}

/** Generates the homes of `accounts` below `folder`, which is made. */
export async function generateAccounts(
  folder: string,
  accounts: readonly AccountSpec[],
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await generate(
    accounts.map((account) => ({ name: 'account', account })),
    signal,
  );
}

async function drain(queue: Work[], signal: AbortSignal): Promise<void> {
  const thread = new Worker(new URL('./generator-thread.ts', import.meta.url));
  try {
    for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
      thread.postMessage(work);
      await once(thread, 'message', { signal });
    }
  } finally {
    await thread.terminate();
  }
}
