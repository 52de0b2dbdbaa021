import type { JobLine, JobProgress } from '../../protocol/jobs.ts';
import { isOfDatabase } from '../../protocol/plan-kind.ts';
import type { ReceiptReport } from '../../protocol/plans.ts';
import type { Answer } from '../../protocol/requests.ts';
import { showName } from '../../domain/show-name.ts';
import { showWhole, visible } from '../paths.ts';

/** What people see a restore do, one after the other. */
export type StepName = 'safety-copy' | 'restore' | 'check';

export interface Step {
  readonly name: StepName;
  readonly state: 'done' | 'now' | 'todo';
}

export interface RunningJob {
  readonly id: string;
  readonly kind: string;
  readonly state: 'waiting' | 'running';
  /** Jobs before it. */
  readonly position: number;
  /** A word for what it waits for, when that is known and not only its turn. */
  readonly waitsFor: 'restore' | 'backup' | 'own' | 'others' | undefined;
  /** The job of the same account that it waits for. */
  readonly waitsForJob: string | undefined;
  readonly secondsLeft: number | undefined;
  readonly progress: JobProgress | undefined;
  /** 0 to 100; undefined when nobody can tell. */
  readonly percent: number | undefined;
  readonly steps: readonly Step[];
  /** What was begun is being put back. */
  readonly isStopping: boolean;
  /** It was interrupted and begun again. */
  readonly isAgain: boolean;
}

export function presentRunning(job: JobLine): RunningJob {
  const { progress } = job;
  return {
    id: job.id,
    kind: job.kind,
    state: job.state === 'running' ? 'running' : 'waiting',
    position: job.position,
    waitsFor: waitWord(job),
    waitsForJob: job.waitsFor?.by === 'own' ? job.waitsFor.job : undefined,
    secondsLeft: job.secondsLeft,
    progress,
    percent: percentOf(progress),
    steps: stepsOf(job),
    isStopping: progress?.step === 'put-back',
    isAgain: job.attempts > 1,
  };
}

function waitWord({ waitsFor }: JobLine): RunningJob['waitsFor'] {
  if (waitsFor?.by !== 'own') return waitsFor?.by;
  if (waitsFor.kind === 'run-plan' || waitsFor.kind === 'undo') return 'restore';
  return waitsFor.kind === 'backup' ? 'backup' : 'own';
}

function percentOf(progress: JobProgress | undefined): number | undefined {
  if (progress === undefined) return undefined;
  const { items, itemsTotal, bytes, bytesTotal } = progress;
  const shares = [share(items, itemsTotal), share(bytes, bytesTotal)].filter((one) => one !== undefined);
  return shares.length === 0 ? undefined : Math.min(100, Math.floor(Math.min(...shares) * 100));
}

function share(done: number, total: number | undefined): number | undefined {
  return total === undefined || total <= 0 ? undefined : done / total;
}

const order: readonly StepName[] = ['safety-copy', 'restore', 'check'];

function stepsOf({ state, progress }: JobLine): Step[] {
  const at =
    state === 'waiting'
      ? -1
      : Math.max(
          0,
          order.findIndex((name) => name === progress?.step),
        );
  return order.map((name, index) => ({ name, state: index < at ? 'done' : index === at ? 'now' : 'todo' }));
}

export interface DoneRestore {
  readonly job: string;
  readonly plan: string;
  readonly purpose: 'restore' | 'undo';
  readonly pointTime: string | undefined;
  readonly counts: ReceiptReport['counts'];
  readonly entries: number;
  readonly seconds: number;
  readonly finishedAt: string;
  /** Undefined: it cannot be taken back, or not any more. */
  readonly undoUntil: string | undefined;
  readonly folder: string | undefined;
  readonly problemCount: number;
  readonly problems: readonly { readonly path: string; readonly reason: string; readonly lost: boolean }[];
}

const shownProblems = 20;

/** What a restore did, counted on disk. */
export function presentDone(job: JobLine, receipt: ReceiptReport): DoneRestore {
  const { counts, target } = receipt;
  return {
    job: job.id,
    plan: receipt.plan,
    purpose: receipt.purpose,
    pointTime: receipt.point?.time,
    counts,
    entries: counts.comesBack + counts.replaced + counts.deleted,
    seconds: receipt.seconds,
    finishedAt: job.finishedAt ?? job.createdAt,
    undoUntil: job.undoUntil,
    folder: target.kind === 'folder' ? showWhole(target.path) : undefined,
    problemCount: receipt.problemCount,
    problems: receipt.problems
      .slice(0, shownProblems)
      .map(({ path, reason, lost }) => ({ path: showWhole(path), reason, lost })),
  };
}

/** What is being done, for the page of its job. */
export interface ShownWork {
  readonly isUndo: boolean;
  /** Undefined: files. */
  readonly database: string | undefined;
  readonly entries: number;
  readonly pointTime: string | undefined;
  readonly safetyBytes: number;
}

export function presentShown(shown: Answer<'show-plan'>): ShownWork {
  const { report } = shown;
  if (isOfDatabase(report)) {
    const database = visible(showName(report.database));
    const isUndo = report.purpose === 'undo-database';
    return { isUndo, database, entries: report.tables.length, pointTime: report.point.time, safetyBytes: 0 };
  }
  const { counts, purpose, point } = report;
  return {
    isUndo: purpose === 'undo',
    database: undefined,
    entries: counts.comesBack + counts.replaced + counts.deleted,
    pointTime: point?.time,
    safetyBytes: counts.safetyBytes,
  };
}
