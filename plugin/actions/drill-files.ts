import { compareRestored, type ComparedFiles } from '../engine/compare-restored.ts';
import { findSites } from '../engine/find-sites.ts';
import { LiveContent } from '../engine/live-content.ts';
import { LiveHome } from '../engine/live-home.ts';
import { restoreSelection } from '../engine/restorer.ts';
import type { DrillReport } from '../protocol/proof.ts';
import { showLostPaths } from './drill-problems.ts';
import type { DrillGround } from './drill-ground.ts';
import { sandboxAccount, writeIntoSandbox } from './restore-into-sandbox.ts';
import type { Performing } from './services.ts';

export interface RestoredFiles {
  readonly restored: number;
  readonly bytes: number;
  /** Entries that the restorer itself says did not come back, as people see paths. */
  readonly lost: readonly string[];
  readonly lostCount: number;
}

/**
 * Restores everything of a point into the sandbox, by the same steps as a real restore.
 * @throws {Failure} `no-space` before anything is written; what a restore throws.
 */
export async function restoreIntoSandbox(performing: Performing, ground: DrillGround): Promise<RestoredFiles> {
  const { signal } = performing;
  const { sandbox, account, reader, home, point } = ground;
  const order = { account, sandbox, bytesTotal: point.bytes };
  const report = await writeIntoSandbox(performing, order, (writing) =>
    restoreSelection({ ...writing, reader, home, selection: [[]], signal }),
  );
  const lost = report.problems.filter((problem) => problem.lost && problem.reason !== 'type-refused');
  const { files, folders, links, bytes } = report;
  return { restored: files + folders + links, bytes, lost: showLostPaths(lost), lostCount: lost.length };
}

/** Reads everything back from the sandbox and compares it with the hashes in the restore point. */
export async function compareSandbox(performing: Performing, ground: DrillGround): Promise<ComparedFiles> {
  const { services, signal } = performing;
  const { sandbox, account, reader, index, home } = ground;
  const live = LiveHome.open(services, sandboxAccount(account, sandbox));
  const content = new LiveContent(index, services.workspace, Infinity);
  try {
    return await compareRestored({ reader, home, live, content, signal });
  } finally {
    content.close();
    live.close();
  }
}

/** Which sites there are, and what is missing in them. */
export async function lookForSites(
  { services }: Performing,
  { reader, home }: DrillGround,
): Promise<DrillReport['sites']> {
  const sites = await findSites(reader, home, services.configuration.proof.verify.sites);
  return sites.map(({ path, missing }) => ({ path, missing }));
}
