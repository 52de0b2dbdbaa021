import { compareArchive } from '../archives/compare-archive.ts';
import type { ReadableArchive } from '../archives/open-archive.ts';
import { restoreArchive } from '../archives/restore-archive.ts';
import type { Sandbox } from '../contracts/sandbox.ts';
import type { Account } from '../domain/account.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { showName } from '../domain/show-name.ts';
import { tierOf } from '../domain/tier.ts';
import type { DrillReason, DrillReport } from '../protocol/proof.ts';
import { openArchivePoint, type OpenArchivePoint } from './archive-points.ts';
import { problemsOfFiles, showLostPaths } from './drill-problems.ts';
import { writeIntoSandbox } from './restore-into-sandbox.ts';
import type { Performing, Services } from './services.ts';
import { isWhole } from './verify-archives.ts';

/**
 * Really unpacks the newest archive of an account into a sandbox, compares every content with its hash and keeps the
 * report. Dumps are read whole and hashed, not loaded.
 * @throws {Failure} what keeps a drill from beginning, `no-space` among it; `cancelled`.
 */
export async function drillArchive(
  performing: Performing,
  account: Account,
  reason: DrillReason,
): Promise<DrillReport> {
  const { services } = performing;
  const startedAt = services.clock.now();
  const open = await openArchivePoint(services, account, 'latest');
  const sandbox = await services.sandboxes.open();
  try {
    const { steps, files } = await runSteps(performing, { ...open, account, sandbox });
    const report = makeReport(services, { account, open, sandbox, startedAt, steps, files, reason });
    await services.drills.add({
      id: report.id,
      generation: account.generation,
      snapshotId: open.point.id as SnapshotId, // archives have names in the place of ids
      startedAt,
      finishedAt: services.clock.now(),
      hasPassed: report.outcome === 'passed',
      report: JSON.stringify(report),
    });
    return report;
  } finally {
    await sandbox.remove();
  }
}

interface Ground extends OpenArchivePoint {
  readonly account: Account;
  readonly sandbox: Sandbox;
}

type Steps = Pick<DrillReport, 'steps' | 'files'>;

async function runSteps(performing: Performing, ground: Ground): Promise<Steps> {
  const { services, signal } = performing;
  const { archive, sandbox } = ground;
  const restored = await timed(services, () => unpack(performing, ground));
  const { codec } = services.workspace;
  const compared = await timed(services, async () => {
    const dumps = await readDumps(archive, signal);
    const where = { folder: sandbox.files, ownerUid: sandbox.uid };
    const found = await compareArchive({ archive, files: services.files, codec, ...where, signal });
    const different = found.different + dumps.damaged.length;
    return { ...found, compared: found.compared + dumps.whole, different, paths: [...found.paths, ...dumps.damaged] };
  });
  const { lost, ...counts } = restored.value;
  const { compared: count, missing, different, paths } = compared.value;
  return {
    files: {
      ...counts,
      compared: count,
      missing: Math.max(missing, lost.length),
      different,
      paths: [...lost, ...paths],
    },
    steps: [
      { step: 'restore', seconds: restored.seconds, isGood: lost.length === 0 },
      { step: 'compare', seconds: compared.seconds, isGood: missing + different === 0 },
    ],
  };
}

async function timed<Value>(
  { clock }: Services,
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly seconds: number }> {
  const begun = clock.elapsedMilliseconds();
  const value = await work();
  return { value, seconds: (clock.elapsedMilliseconds() - begun) / 1000 };
}

async function unpack(
  performing: Performing,
  { archive, sandbox, account, point }: Ground,
): Promise<{ readonly restored: number; readonly bytes: number; readonly lost: readonly string[] }> {
  const { signal } = performing;
  const order = { account, sandbox, bytesTotal: point.bytes ?? 0 };
  const report = await writeIntoSandbox(performing, order, (writing) =>
    restoreArchive({ ...writing, archive, selection: [[]], signal }),
  );
  const { files, folders, links, bytes } = report;
  const lost = showLostPaths(report.problems.filter((problem) => problem.lost));
  return { restored: files + folders + links, bytes, lost };
}

async function readDumps(
  archive: ReadableArchive,
  signal: AbortSignal,
): Promise<{ readonly whole: number; readonly damaged: readonly string[] }> {
  let whole = 0;
  const damaged: string[] = [];
  for await (const entry of archive.entries({ name: '', type: 'dump' })) {
    signal.throwIfAborted();
    if (await isWhole(archive.read(entry))) whole++;
    else damaged.push(showName(entry.name));
  }
  return { whole, damaged };
}

interface Drilled extends Steps {
  readonly account: Account;
  readonly open: OpenArchivePoint;
  readonly sandbox: Sandbox;
  readonly startedAt: Date;
  readonly reason: DrillReason;
}

function makeReport(services: Services, drilled: Drilled): DrillReport {
  const { account, open, sandbox, startedAt, steps, files, reason } = drilled;
  const rtoSeconds = tierOf(services.configuration.proof.tiers, account).rtoMinutes * 60;
  const problems = problemsOfFiles({ files, sites: [] });
  return {
    id: services.randomSecret().toString('hex').slice(0, 20),
    account: account.name,
    point: open.point.id,
    pointTime: open.point.time,
    startedAt: startedAt.toISOString(),
    reason,
    outcome: problems.length === 0 ? 'passed' : 'failed',
    seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
    steps,
    rtoSeconds,
    isWithinRto: (steps[0]?.seconds ?? 0) <= rtoSeconds,
    isolation: { uid: sandbox.hasOwnUser ? sandbox.uid : undefined, network: 'not-needed' },
    files,
    sites: [],
    databases: [],
    problems,
  };
}
