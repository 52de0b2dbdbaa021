/** States of the pages that take time, or a disk that is full, to come to by themselves. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { findRepository, openRepository } from '../../plugin/actions/account-repository.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import type { StoredPlan } from '../../plugin/domain/stored-plan.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import type { WebSite } from './web-site.ts';

const day = 86_400_000;

/** Makes every backup of an account as many days older. */
export async function ageBackups({ installation: { folder } }: WebSite, name: string, days: number): Promise<void> {
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const options = { configuration, programVersion: 'test', isChild: true, hasWorker: true, threads: 0 };
  const opened = await openServices(options);
  const { services } = opened;
  try {
    const repository = await openRepository(
      services,
      await findRepository(services, await findAccount(services, name)),
    );
    for (const id of await repository.listIds('snapshots')) {
      const { time, ...rest } = JSON.parse(String(await repository.loadUnpacked('snapshots', id))) as { time: string };
      const older = new Date(Date.parse(time) - days * day).toISOString();
      await repository.saveUnpacked('snapshots', JSON.stringify({ ...rest, time: older }));
      await repository.removeUnpacked('snapshots', id);
    }
  } finally {
    await opened.close();
  }
}

/** Changes a plan of the site where it is kept. @returns its id. */
export function changePlan(
  { installation: { folder } }: WebSite,
  plan: string,
  to: (plan: StoredPlan) => object,
): string {
  const [file] = globSync(`${folder}/state/*plans/*/${plan}.json`);
  if (file === undefined) throw new Error(`there is no plan ${plan}`);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredPlan;
  writeFileSync(file, JSON.stringify({ ...stored, ...to(stored) }));
  return plan;
}

/** As it is half an hour later. */
export function expire(site: WebSite, plan: string): string {
  return changePlan(site, plan, () => ({ expiresAt: new Date(Date.now() - 1000).toISOString() }));
}

/** As it would be with that little room. */
export function fillDisk(site: WebSite, plan: string): string {
  const noSpace = { kind: 'no-space', needed: 486_000_000, free: 120_000_000 } as const;
  return changePlan(site, plan, ({ warnings }) => ({ warnings: [...warnings, noSpace] }));
}
