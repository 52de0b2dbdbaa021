import type { DrillRecord } from '../contracts/drills.ts';
import type { Account } from '../domain/account.ts';
import { drillFault, newerFilesProof, restoringSeconds } from '../domain/drill-outcome.ts';
import type { DrillReport } from '../protocol/proof.ts';
import type { ProvenReport, ProvenRestore } from '../protocol/proven.ts';
import { reportOf } from './drill-report.ts';
import type { Services } from './services.ts';

/** When the account was last really restored in a drill, and what came of it. */
export async function tellProven(
  { drills }: Services,
  { generation }: Pick<Account, 'generation'>,
): Promise<ProvenReport> {
  const last = await drills.lastOf(generation);
  const { newest, newestPassed, newestFilesOnly } = last ?? {};
  const isNewer = newerFilesProof(newestPassed?.finishedAt, newestFilesOnly?.finishedAt) !== undefined;
  return {
    everything: newestPassed && toProven(newestPassed),
    filesOnly: isNewer && newestFilesOnly !== undefined ? toProven(newestFilesOnly) : undefined,
    failed: newest?.outcome === 'failed' ? toFailed(newest) : undefined,
  };
}

function toProven(record: DrillRecord): ProvenRestore {
  const { steps, files, databases, ...report } = reportOf(record);
  const loaded = databases.filter(({ outcome }) => outcome === 'loaded');
  return {
    ...toTried(record, report),
    seconds: restoringSeconds(steps),
    files: files.compared,
    bytes: files.bytes,
    databases: loaded.length,
    rows: loaded.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function toFailed(record: DrillRecord): ProvenReport['failed'] {
  const report = reportOf(record);
  return { ...toTried(record, report), fault: drillFault(report.problems) };
}

/** By the id that the restore point has now: new keys give it another than it had then. */
function toTried({ finishedAt, point }: DrillRecord, { pointTime }: Pick<DrillReport, 'pointTime'>) {
  return { at: finishedAt.toISOString(), point, pointTime };
}
