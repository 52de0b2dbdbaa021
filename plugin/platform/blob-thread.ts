import { Worker } from 'node:worker_threads';
import type { BlobThread, BlobThreadOrder } from '../contracts/blob-thread.ts';

/** What it makes is in shared memory; short-lived objects need no more than this. */
const youngGenerationMegabytes = 4;

/** @param script the file `main-blob-thread.ts`. The others are as `StartBlobThread` says. */
export function startBlobThread(script: URL, order: BlobThreadOrder, onEnd: (cause: Error) => void): BlobThread {
  const worker = new Worker(script, {
    workerData: order,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes },
  });
  worker.on('error', (error) => onEnd(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => onEnd(new Error(`exit code ${code}`)));
  return {
    async close() {
      worker.removeAllListeners('exit');
      await worker.terminate();
    },
  };
}
