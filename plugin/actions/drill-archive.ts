import { compareArchive } from '../archives/compare-archive.ts';
import type { ReadableArchive } from '../archives/open-archive.ts';
import { restoreArchive } from '../archives/restore-archive.ts';
import type { BegunDrill } from '../contracts/drills.ts';
import type { Sandbox } from '../contracts/sandbox.ts';
import type { Account } from '../domain/account.ts';
import { fromFileName } from '../domain/database-name.ts';
import { drillOutcome, restoringSeconds } from '../domain/drill-outcome.ts';
import { showName } from '../domain/show-name.ts';
import { tierOf } from '../domain/tier.ts';
import type { DrilledDatabase, DrillReason, DrillReport } from '../protocol/proof.ts';
import { openArchivePoint, type OpenArchivePoint } from './archive-points.ts';
import { giveUp, keepDrill, withBegun } from './begun-drill.ts';
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
  const given = await giveUp(services, account, reason);
  if (given !== undefined) return given;
  const open = await openArchivePoint(services, account, 'latest');
  return withBegun(services, account, open.point, async (begun) => {
    const sandbox = await services.sandboxes.open();
    try {
      const found = await runSteps(performing, { ...open, account, sandbox });
      const report = makeReport(services, { account, open, sandbox, begun, reason, ...found });
      await keepDrill(services, begun, report);
      return report;
    } finally {
      await sandbox.remove();
    }
  });
}

interface Ground extends OpenArchivePoint {
  readonly account: Account;
  readonly sandbox: Sandbox;
}

type Steps = Pick<DrillReport, 'steps' | 'files' | 'databases'>;

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
    const paths = [...found.paths, ...dumps.damaged];
    return { ...found, compared: found.compared + dumps.whole, different, paths, databases: dumps.databases };
  });
  const { lost, ...counts } = restored.value;
  const { compared: count, missing, different, paths, databases } = compared.value;
  return {
    databases,
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

async function readDumps(archive: ReadableArchive, signal: AbortSignal): Promise<ReadDumps> {
  let whole = 0;
  const damaged: string[] = [];
  const databases = new Map<string, DrilledDatabase>();
  for await (const entry of archive.entries({ name: '', type: 'dump' })) {
    signal.throwIfAborted();
    const isGood = await isWhole(archive.read(entry));
    if (isGood) whole++;
    else damaged.push(showName(entry.name));
    noteDatabase(databases, entry.name, isGood);
  }
  return { whole, damaged, databases: [...databases.values()] };
}

interface ReadDumps {
  /** Files of dumps. */
  readonly whole: number;
  readonly damaged: readonly string[];
  readonly databases: readonly DrilledDatabase[];
}

/** Its files lie in `databases/ENGINE/NAME`. */
function noteDatabase(databases: Map<string, DrilledDatabase>, path: string, isGood: boolean): void {
  const [, engine = '', file = ''] = path.split('/');
  const place = `${engine}/${file}`;
  const known = databases.get(place)?.outcome ?? 'compared';
  const name = fromFileName(file) ?? file;
  databases.set(place, { name, engine, tables: 0, rows: 0, seconds: 0, outcome: isGood ? known : 'failed' });
}

interface Drilled extends Steps {
  readonly account: Account;
  readonly open: OpenArchivePoint;
  readonly sandbox: Sandbox;
  readonly begun: BegunDrill;
  readonly reason: DrillReason;
}

function makeReport(services: Services, drilled: Drilled): DrillReport {
  const { account, open, sandbox, begun, steps, files, databases, reason } = drilled;
  const rtoSeconds = tierOf(services.configuration.proof.tiers, account).rtoMinutes * 60;
  const problems = problemsOfFiles({ files, sites: [] });
  return {
    id: begun.id,
    account: account.name,
    point: open.point.id,
    pointTime: open.point.time,
    destination: services.archives.destination,
    startedAt: begun.startedAt.toISOString(),
    reason,
    outcome: drillOutcome({ problems, databases }),
    seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
    steps,
    rtoSeconds,
    isWithinRto: restoringSeconds(steps) <= rtoSeconds,
    isolation: { uid: sandbox.hasOwnUser ? sandbox.uid : undefined, network: 'not-needed' },
    files,
    sites: [],
    databases,
    problems,
  };
}
