import type { Generation, AccountName } from '../domain/ids.ts';
import type { Actor } from '../domain/actor.ts';
import { auditDetails, isAudited } from '../domain/audit-rule.ts';
import { serverWork } from '../domain/server-work.ts';
import type { Request } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';

/** Whom an entry is about. */
export interface Concerned {
  readonly generation: Generation;
  readonly accountName: AccountName;
}

/**
 * Writes down that somebody asked for something, where that is written down.
 * @throws {Failure} `unknown-account`; `metadata-unreachable`: then it must not be done.
 */
export async function recordRequest(services: Services, actor: Actor, asked: Request, jobId?: string): Promise<void> {
  const request = asked.kind === 'enqueue' ? asked.work : asked;
  if (!isAudited(actor, request)) return;
  await recordEntry(services, actor, await concerned(services, request), {
    action: request.kind,
    details: auditDetails(request),
    jobId,
  });
}

/** Writes an entry down. */
export async function recordEntry(
  { audit, clock }: Services,
  actor: Actor,
  { generation, accountName }: Concerned,
  done: {
    readonly action: string;
    readonly details: { readonly [field: string]: unknown };
    readonly jobId?: string | undefined;
  },
): Promise<void> {
  const { action, details, jobId } = done;
  await audit.add({ at: clock.now(), actor, generation, accountName, action, details, jobId });
}

async function concerned(services: Services, request: Request): Promise<Concerned> {
  const account = 'account' in request ? request.account : undefined;
  if (account === undefined || account === serverWork.accountName) return serverWork;
  const { generation, name } = await findAccount(services, account);
  return { generation, accountName: name };
}
