import type { Account } from '../domain/account.ts';
import { tierOf } from '../domain/tier.ts';
import { knownAccounts } from './find-account.ts';
import { mailRecentEndings } from './mail-endings.ts';
import { mailReports } from './mail-reports.ts';
import type { Services } from './services.ts';

/** So long after what was promised the customer hears of it, too: by then the host knows, and may have mended it. */
const hoursAfter = 10;

/**
 * What the outbox may still miss: ends of jobs that nobody told, and backups that are late, each told once.
 * @returns whether mails were added.
 */
export async function fillOutbox(services: Services): Promise<boolean> {
  if (services.configuration.mail === undefined) return false;
  const lastRuns = await services.records.lastRuns();
  let added = await mailReports(services);
  for (const account of await knownAccounts(services)) {
    const lastAt = lastRuns.get(account.generation)?.finishedAt;
    if (await mailRecentEndings(services, account.generation)) added = true;
    if (await mailIfLate(services, account, lastAt)) added = true;
  }
  return added;
}

/** Of an account that was never backed up nobody can say since when it is late. */
async function mailIfLate(services: Services, account: Account, lastAt: Date | undefined): Promise<boolean> {
  const now = services.clock.now();
  const { generation } = account;
  const hours = tierOf(services.configuration.proof.tiers, account).rpoHours + hoursAfter;
  if (lastAt === undefined || now.getTime() - lastAt.getTime() < hours * 3_600_000) return false;
  if (!(await services.settings.load(generation)).mail.late) return false;
  const uniqueKey = `late:${generation}:${lastAt.getTime()}`;
  const message = { kind: 'backup-late' as const, lastAt: lastAt.toISOString() };
  return services.outbox.add({ generation, uniqueKey, message }, now);
}
