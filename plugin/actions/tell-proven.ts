import type { DrillRecord } from '../contracts/drills.ts';
import type { Account } from '../domain/account.ts';
import { drillFault, newerFilesProof } from '../domain/drill-outcome.ts';
import type { DrillReport } from '../protocol/proof.ts';
import type { ProvenReport, ProvenRestore } from '../protocol/proven.ts';
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
  const restoring = steps.filter(({ step }) => step === 'restore' || step === 'databases');
  const loaded = databases.filter(({ outcome }) => outcome === 'loaded');
  return {
    ...toTried(record, report),
    seconds: sum(restoring.map(({ seconds }) => seconds)),
    files: files.compared,
    bytes: files.bytes,
    databases: loaded.length,
    rows: sum(loaded.map(({ rows }) => rows)),
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

function reportOf({ report }: DrillRecord): DrillReport {
  return JSON.parse(report) as DrillReport;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
