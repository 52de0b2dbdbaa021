import type { DrillRecord } from '../contracts/drills.ts';
import type { DrillReport } from '../protocol/proof.ts';

/** The report of a drill as it was kept: drills alone write it. */
export function reportOf({ report }: Pick<DrillRecord, 'report'>): DrillReport {
  return JSON.parse(report) as DrillReport;
}
