import type { Answer, PointLine } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { isFailure } from '../domain/failure.ts';
import { toJobLines } from './job-lines.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { ownKeyOf, sealedPoints } from './own-key.ts';
import { readKind } from './point-tags.ts';
import { toPointLine } from './restore-points.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { Account } from '../domain/account.ts';
import type { Services } from './services.ts';
import { tellProven } from './tell-proven.ts';

/** How an account stands: its newest backup, what is going on, what can be taken back. */
export async function tellStatus(services: Services, accountName: string): Promise<Answer<'status'>> {
  const account = await findAccount(services, accountName);
  const snapshots = await snapshotsOf(services, account);
  const points = snapshots.map(toPointLine);
  const jobs = await services.jobs.list(account.generation, 100);
  const lines = await toJobLines(services, jobs);
  const own = await newestSealed(services, account);
  const proven = await tellProven(services, account);
  const undoable = lines.find(({ undoUntil }) => undoUntil !== undefined);
  return {
    account: account.name,
    lastBackup: own?.last ?? toLast(newestBackup(snapshots)),
    ...(own === undefined ? {} : { ownPassphrase: true }),
    points: points.length + (own?.count ?? 0),
    oldestPointAt: points[0]?.time,
    provenAt: proven.everything?.at,
    filesProvenAt: proven.filesOnly?.at,
    proven,
    jobs: [
      ...lines.filter(({ state }) => state === 'running'),
      ...lines.filter(({ state }) => state === 'waiting').toReversed(),
    ],
    undo:
      undoable?.undoUntil === undefined
        ? undefined
        : { job: undoable.id, finishedAt: undoable.finishedAt ?? '', until: undoable.undoUntil },
    workerRunning: services.hasWorker,
  };
}

function toLast(last: PointLine | undefined): LastBackup | undefined {
  return last && { id: last.id, time: last.time, files: last.files ?? 0, bytes: last.bytes ?? 0 };
}

type LastBackup = NonNullable<Answer<'status'>['lastBackup']>;

/** Of an account with a passphrase of its own: its newest archive, as far as is known without opening it. */
async function newestSealed(
  services: Services,
  account: Account,
): Promise<{ readonly last: LastBackup | undefined; readonly count: number } | undefined> {
  if ((await ownKeyOf(services, account)) === undefined) return undefined;
  const sealed = await sealedPoints(services, account);
  const newest = sealed.at(-1);
  const run = (await services.records.lastRuns()).get(account.generation);
  const isIts = run !== undefined && run.destination === services.archives.destination;
  if (newest === undefined || !isIts) return { last: undefined, count: sealed.length };
  const last = {
    id: newest.id,
    time: new Date(newest.time).toISOString(),
    files: run.filesTotal,
    bytes: run.bytesTotal,
  };
  return { last, count: sealed.length };
}

/** A backup of some paths alone says nothing about the rest: it counts where there is no other. */
function newestBackup(snapshots: readonly Snapshot[]): PointLine | undefined {
  const left = ['before-restore', 'database'];
  const backups = snapshots.filter(({ tags }) => !left.includes(readKind(tags)));
  const newest = backups.findLast(({ paths }) => paths.includes('/files')) ?? backups.at(-1);
  return newest === undefined ? undefined : toPointLine(newest);
}

/** An account that was never backed up has no restore points, which is no failure here. */
async function snapshotsOf(services: Services, account: Account): Promise<readonly Snapshot[]> {
  try {
    const repository = await openRepository(services, await findRepository(services, account));
    return (await listSnapshots(repository)).snapshots;
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return [];
    throw error;
  }
}
