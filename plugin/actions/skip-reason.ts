import type { Skip } from '../contracts/timetable.ts';
import type { Account } from '../domain/account.ts';
import type { ScheduleConfiguration } from '../domain/schedule.ts';

/** Why an account is left out of what runs by itself; undefined when it is not. */
export function skipReason(account: Account, { excluded, skipped }: ScheduleConfiguration): Skip['reason'] | undefined {
  if (excluded.includes(account.name)) return 'excluded';
  if (account.isSuspended === true && skipped.includes('suspended')) return 'suspended';
  return account.isOverQuota === true && skipped.includes('over-quota') ? 'over-quota' : undefined;
}
