import { serverWork } from '../domain/server-work.ts';
import { openWallClock } from '../domain/wall-clock.ts';
import type { QueuedRequest } from '../protocol/requests.ts';
import { enqueue } from './jobs.ts';
import type { Performing, Services } from './services.ts';
import { watch } from './watch.ts';

const dayMilliseconds = 86_400_000;
/** How long runs, drills, checks and alerts are told of. */
const keptDays = 800;
/** A little less than a day: what began late yesterday may begin in time today. */
const againMilliseconds = 20 * 60 * 60 * 1000;
/** Among so many of the server's newest jobs the last one of a kind is looked for. */
const jobsLooked = 200;

const daily: readonly QueuedRequest[] = [
  { kind: 'verify', account: undefined, full: false, due: true, repair: false },
  { kind: 'drill', account: undefined, which: 'due' },
];

/**
 * What the worker does by itself every few minutes so that everything stays proved: looks how it stands and tells people,
 * once a day outside the night window has restore points read back and drills done, and forgets what is long over.
 * @returns how many jobs were put into the queue.
 */
export async function keepProof(performing: Performing): Promise<number> {
  const { services } = performing;
  await watch(performing);
  await forgetOld(services);
  if (isNight(services)) return 0;
  let added = 0;
  for (const work of daily) {
    if (!(await isDue(services, work.kind))) continue;
    await enqueue(services, work, { kind: 'schedule' });
    added += 1;
  }
  return added;
}

async function forgetOld({ records, drills, alerts, verifications, storageDays, clock }: Services): Promise<void> {
  const before = new Date(clock.now().getTime() - keptDays * dayMilliseconds);
  await records.removeRunsBefore(before);
  await drills.removeBefore(before);
  await alerts.removeOverBefore(before);
  await verifications.removeChecksBefore(before);
  await storageDays.removeBefore(before);
}

/** Whatever became of the last one: what cannot be done is not tried at every turn. */
async function isDue({ jobs, clock }: Services, kind: string): Promise<boolean> {
  const last = (await jobs.list(serverWork.generation, jobsLooked)).find((job) => job.kind === kind);
  return last === undefined || clock.now().getTime() - last.createdAt.getTime() >= againMilliseconds;
}

const minuteMilliseconds = 60_000;
const dayMinutes = 24 * 60;

/** Backups come first: while they may run, nothing else reads disks. */
function isNight({ configuration, clock }: Services): boolean {
  const { night, timeZone } = configuration.schedule;
  if (night === undefined) return false;
  const shown = openWallClock(timeZone).showsAt(clock.now().getTime());
  const minute = Math.floor(shown / minuteMilliseconds) % dayMinutes;
  const { from, until } = night;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}
