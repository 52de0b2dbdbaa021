import type { Answer } from '../protocol/requests.ts';
import { reportOf } from './drill-report.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';
import { tellProven } from './tell-proven.ts';

/** Drills that were done, newest first; of one account also when it was last proven. */
export async function listDrills(
  services: Services,
  { account, limit }: { account: string | undefined; limit: number },
): Promise<Answer<'drills'>> {
  const found = account === undefined ? undefined : await findAccount(services, account);
  const records = await services.drills.list(found?.generation, limit);
  return {
    drills: records.map(reportOf),
    proven: found && (await tellProven(services, found)),
  };
}
