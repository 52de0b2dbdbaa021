/** States of the pages that take time, or a disk that is full, to come to by themselves. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { findRepository, openRepository } from '../../plugin/actions/account-repository.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import type { StoredPlan } from '../../plugin/domain/stored-plan.ts';
import type { Services } from '../../plugin/actions/services.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { recordedDrills } from './recorded-proof.ts';
import type { WebSite } from './web-site.ts';

const day = 86_400_000;

/** The newest test restore of an account did not find everything right. */
export function failDrill(site: WebSite, name: string): Promise<void> {
  return withServices(site, async (services) => {
    const { generation } = await findAccount(services, name);
    const [at, id] = [services.clock.now(), 'a0b1c2d3e4f5a0b1c2d3'];
    const report = JSON.stringify({
      ...recordedDrills.failed,
      id,
      account: name,
      pointTime: at.toISOString(),
    });
    const point = 'c'.repeat(64);
    await services.drills.add({ id, generation, point, startedAt: at, finishedAt: at, outcome: 'failed', report });
  });
}

/** Makes every backup of an account as many days older. */
export function ageBackups(site: WebSite, name: string, days: number): Promise<void> {
  return withServices(site, async (services) => {
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
  });
}

/** As if somebody had looked every day of a month how full its destinations were. */
export function rememberStorage(site: WebSite, days = 30): Promise<void> {
  return withServices(site, async ({ storageDays, clock, configuration }) => {
    for (let ago = days; ago >= 0; ago--) {
      const at = new Date(clock.now().getTime() - ago * day).toISOString().slice(0, 10);
      const stored = Math.round(2.9e11 + (days - ago) * 4e9 + Math.sin(ago) * 3e9);
      for (const { name, role } of configuration.destinations) {
        const bytes = role === 'archives' ? stored / 5 : stored;
        const bytesFree = role === 'primary' ? 6e11 - stored : undefined;
        await storageDays.note(name, { day: at, bytesStored: bytes, bytesFree });
      }
    }
  });
}

async function withServices(
  { installation: { folder } }: WebSite,
  use: (services: Services) => Promise<void>,
): Promise<void> {
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const options = { configuration, programVersion: 'test', isChild: true, hasWorker: true, threads: 0 };
  const opened = await openServices(options);
  try {
    await use(opened.services);
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
