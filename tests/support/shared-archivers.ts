import type { ArchivePool } from '../../plugin/contracts/archive-pool.ts';
import { ringBytes } from '../../plugin/engine/blob-ring.ts';
import { openArchiveThreads } from '../../plugin/platform/archive-threads.ts';

let opened: ArchivePool | undefined;

/**
 * A thread that backs up for all sites of this process, and holds no process that is done: to start it takes longer than
 * most backups of tests. Closing it is nobody's.
 */
export function sharedArchivers(): ArchivePool {
  const thread = (opened ??= openArchiveThreads({
    script: new URL('../../plugin/main-archive-thread.ts', import.meta.url),
    size: 1,
    ringBytes,
    programVersion: 'larder test',
  }));
  return {
    size: thread.size,
    prepare: (orders) => thread.prepare(orders),
    run: (order, onProgress, signal) => thread.run(order, onProgress, signal),
    close: () => Promise.resolve(),
  };
}
