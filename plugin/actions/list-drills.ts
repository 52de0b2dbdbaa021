import type { DrillReport } from '../protocol/proof.ts';
import type { Answer } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';

/** Drills that were done, newest first. */
export async function listDrills(
  services: Services,
  { account, limit }: { account: string | undefined; limit: number },
): Promise<Answer<'drills'>> {
  const generation = account === undefined ? undefined : (await findAccount(services, account)).generation;
  const records = await services.drills.list(generation, limit);
  return { drills: records.map(({ report }) => JSON.parse(report) as DrillReport) };
}
