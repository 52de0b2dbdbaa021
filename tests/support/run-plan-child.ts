/**
 * Runs a plan as a job and tells each step on a line, until somebody kills it:
 *   run-plan-child.ts FOLDER PLAN JOB
 */
import { writeSync } from 'node:fs';
import { isFailure } from '../../plugin/domain/failure.ts';
import { parseJobId } from '../../plugin/domain/job.ts';
import { openPlanSite } from './plan-site.ts';

/** Slowly enough for being killed in the middle. */
const stepMilliseconds = 3;
const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const [folder = '', plan = '', job = ''] = process.argv.slice(2);
const site = await openPlanSite(folder, false);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
try {
  const receipt = await site.run(plan, {
    jobId: parseJobId(job),
    signal: stop.signal,
    onProgress: (progress) => {
      if (progress.kind !== 'advance') return;
      writeSync(1, `${progress.step} ${progress.items}\n`);
      Atomics.wait(neverWoken, 0, 0, stepMilliseconds);
    },
  });
  writeSync(1, `done ${receipt.problemCount}\n`);
} catch (error) {
  writeSync(1, `failed ${isFailure(error) ? error.code : String(error)}\n`);
}
await site.close();
