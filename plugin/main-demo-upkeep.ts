/** What a server does by itself between the nights of the demo's past: rotation, verification, drills, alerts, mails. Wiring only. */
import { findAccount } from './actions/find-account.ts';
import { mailReports } from './actions/mail-reports.ts';
import { performRequest } from './actions/perform-request.ts';
import type { Services } from './actions/services.ts';
import { upkeepAfter } from './demo/upkeep.ts';
import type { SnapshotId } from './domain/ids.ts';

/** @param ago how many days before today the night was. @throws {Failure} `cancelled`. */
export async function keepUp(services: Services, ago: number, signal: AbortSignal): Promise<void> {
  const { frees, verifies, drills } = upkeepAfter(ago);
  const { configuration } = services;
  const schedule = { ...configuration.schedule, ...(frees ? {} : { rotationMinutes: 0 }) };
  const own = { ...services, configuration: { ...configuration, schedule } };
  const performing = { services: own, onProgress: () => {}, signal };
  await performRequest(performing, { kind: 'rotate', account: undefined, dryRun: false, isConfirmed: false });
  if (verifies) {
    await performRequest(performing, { kind: 'verify', account: undefined, full: false, due: false, repair: false });
  }
  for (const account of drills) await performRequest(performing, { kind: 'drill', account, which: 'account' });
  await performRequest(performing, { kind: 'watch' });
  await mailReports(own);
}

/** A backup by hand stays, whatever the rules say: its customer wants it. */
export async function pin(services: Services, account: string, id: SnapshotId): Promise<void> {
  await services.wishes.pin((await findAccount(services, account)).generation, id, true);
}
