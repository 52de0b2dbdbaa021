import { Worker } from 'node:worker_threads';

export interface ReaderOptions {
  readonly socketPath: string;
  readonly database: string;
  readonly tableCount: number;
}

export interface ReaderFindings {
  readonly queries: number;
  readonly problems: readonly string[];
  /** Queries of 5 ms and longer: when they began (ms since 1970) and how long they took. */
  readonly slow: readonly { readonly began: number; readonly took: number }[];
}

/** A site that reads table after table, in a thread of its own, so that nothing else of this process holds it up. */
export async function startReader(options: ReaderOptions): Promise<{ stop(): Promise<ReaderFindings> }> {
  const worker = new Worker(new URL('./site-reader-thread.ts', import.meta.url), { workerData: options });
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return {
    stop() {
      const found = new Promise<ReaderFindings>((resolve, reject) =>
        worker.once('message', resolve).once('error', reject),
      );
      worker.postMessage('stop');
      return found;
    },
  };
}
