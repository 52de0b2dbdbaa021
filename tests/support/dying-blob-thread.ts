/** In the place of `main-blob-thread.ts`: takes a few requests, then breaks down as a thread with a bug would. */
import { workerData } from 'node:worker_threads';
import type { BlobThreadOrder } from '../../plugin/contracts/blob-thread.ts';
import { OpenedRingWriter } from '../../plugin/engine/opened-ring-writer.ts';

const { memory } = workerData as BlobThreadOrder;
const ring = new OpenedRingWriter(memory);
for (let request = 0; request < 5; request++) {
  ring.next();
  ring.refuse();
}
throw new Error('a bug');
