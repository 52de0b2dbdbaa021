import type { AuditRecord } from '../contracts/audit.ts';
import type { AuditLine } from '../protocol/audit.ts';
import type { Answer } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';

/** What was done for an account, the newest first. @throws {Failure} `unknown-account`. */
export async function listAudit(
  services: Services,
  { account, limit }: { readonly account: string; readonly limit: number },
): Promise<Answer<'audit'>> {
  const { generation, name } = await findAccount(services, account);
  return { account: name, entries: (await services.audit.list(generation, limit)).map(toLine) };
}

/** What was done for anyone, the newest first. */
export async function listWholeAudit(
  { audit }: Services,
  { limit, verify }: { readonly limit: number; readonly verify: boolean },
): Promise<Answer<'audit-log'>> {
  return { entries: (await audit.listAll(limit)).map(toLine), chain: verify ? await audit.check() : undefined };
}

function toLine({ number, at, actor, accountName, action, details, jobId, hash }: AuditRecord): AuditLine {
  return { number, at: at.toISOString(), actor, account: accountName, action, details, job: jobId, hash };
}
