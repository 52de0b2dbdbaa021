/**
 * A worker that only writes down what it does: `node queue-worker.ts <options as JSON>`. It ends when nothing is open.
 * Each effect is a line `<job> <fence>` in the file; each step is a line on standard output.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, JobQueue } from '../../plugin/contracts/job-queue.ts';
import { openMetadata } from '../../plugin/database/open-metadata.ts';
import type { MetadataConfiguration } from '../../plugin/domain/configuration.ts';
import { planClaims } from '../../plugin/domain/plan-claims.ts';
import { serverA } from './metadata-place.ts';

export interface QueueWorkerOptions {
  readonly metadata: MetadataConfiguration;
  readonly effects: string;
  readonly leaseMilliseconds: number;
}

const { metadata, effects, leaseMilliseconds } = JSON.parse(process.argv[2] ?? '') as QueueWorkerOptions;
const opened = await openMetadata({ metadata, server: serverA, migrates: false });
const { jobs } = opened;
for (let open = await jobs.open(); open.length > 0; open = await jobs.open()) {
  const chosen = planClaims(open, { small: 2, large: 2 });
  const done = await Promise.all(chosen.map((job) => work(jobs, job)));
  if (!done.includes(true)) await wait(20); // others hold all there is
}
await opened.close();

async function work(queue: JobQueue, job: Pick<Job, 'id' | 'fence'>): Promise<boolean> {
  const claimed = await queue.claim(job, `worker ${process.pid}`, leaseMilliseconds);
  if (claimed === undefined) return false;
  process.stdout.write(`claimed ${claimed.id}\n`);
  await queue.renew(claimed, leaseMilliseconds, '{"items":1}');
  appendFileSync(effects, `${claimed.id} ${claimed.fence}\n`);
  const result = String(claimed.fence);
  return queue.finish(claimed, { state: 'done', result, undoUntil: undefined });
}
