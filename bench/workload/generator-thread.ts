import { parentPort } from 'node:worker_threads';
import { doWork } from './work.ts';
import type { Work } from './work.ts';

/** A thread that does each piece of work it is sent and answers when it is done. */
parentPort?.on('message', (work: Work) => {
  doWork(work, process.getuid?.() === 0);
  parentPort?.postMessage('done');
});
