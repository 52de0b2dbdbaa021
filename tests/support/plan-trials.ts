import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { PlanReport } from '../../plugin/protocol/plans.ts';
import { compareTrees } from './compare-trees.ts';
import { asTheTenant, firstState, keepCopy, laterState } from './plan-homes.ts';
import { openPlanSite, type PlanSite } from './plan-site.ts';
import { temporaryFolder } from './temporary-folder.ts';

export async function openTrial(t: TestContext): Promise<PlanSite> {
  const site = await openPlanSite(temporaryFolder(t));
  t.after(() => site.close());
  return site;
}

/** A site that was backed up in its first state and is now in its later one. */
export async function openLater(t: TestContext) {
  const site = await openTrial(t);
  asTheTenant(site.home, firstState);
  const point = await site.backUp();
  const past = keepCopy(site.home, `${site.folder}/past`);
  asTheTenant(site.home, laterState);
  return { site, point, past, present: keepCopy(site.home, `${site.folder}/present`) };
}

/** A home with these files, backed up; the script then changes it. */
export async function openSmall(t: TestContext, first: string, then: string): Promise<PlanSite> {
  const site = await openTrial(t);
  asTheTenant(site.home, first);
  await site.backUp();
  asTheTenant(site.home, then);
  keepCopy(site.home, `${site.folder}/present`);
  return site;
}

/** How the home differs from what it was when it was opened. */
export const changesIn = ({ home, folder }: PlanSite): string[] => compareTrees(`${folder}/present`, home);

/** `action path`, in the plan's order. */
export function listed({ entries }: PlanReport): string[] {
  return entries.map(({ action, path }) => `${action} ${Buffer.from(path, 'base64').toString()}`);
}

/** Takes back what a job did, or the newest, without a problem. @returns the plan for it. */
export async function undo(site: PlanSite, job?: string): Promise<PlanReport> {
  const plan = await site.planUndo(job);
  const receipt = await site.run(plan.plan);
  assert.deepEqual(receipt.problems, []);
  return plan;
}
