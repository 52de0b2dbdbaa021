import type { Account } from '../domain/account.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { isFailure } from '../domain/failure.ts';
import { systemAccount } from '../domain/system-account.ts';
import type { RenewAllLine } from '../protocol/keys.ts';
import type { Answer } from '../protocol/requests.ts';
import { knownAccounts } from './find-account.ts';
import { goneRepositories } from './gone-repositories.ts';
import { primaryRepositories } from './primary-repositories.ts';
import { renewKeys, type RenewRequest } from './renew-keys.ts';
import type { Performing, Services } from './services.ts';

/**
 * Renews the keys of every account that has a repository, and of the server's own restore points, one after the other. What
 * happens to one keeps no other from its turn. As a job that is begun again it goes on where it was. Repositories of
 * accounts that the panel lists no longer keep their keys, and are named.
 */
export async function renewAllKeys(
  performing: Performing,
  { dryRun, acceptLoss }: Omit<RenewRequest, 'account'>,
): Promise<Answer<'keys-renew-all'>> {
  const { services } = performing;
  const lines: RenewAllLine[] = [];
  const present = [...(await knownAccounts(services)), systemAccount(services.serverId)];
  for (const { name } of await withRepository(services, present)) {
    performing.signal.throwIfAborted();
    lines.push(await renewOne(performing, { account: name, dryRun, acceptLoss }));
  }
  const gone = await goneRepositories(services, new Set(present.map(({ generation }) => generation)));
  return { dryRun, accounts: lines, gone };
}

/** @param present the server comes last: its next restore point holds all the new keys. */
async function withRepository(services: Services, present: readonly Account[]): Promise<Account[]> {
  const made = await primaryRepositories(services);
  return present.filter(({ generation }) => made.has(generation));
}

async function renewOne(performing: Performing, request: RenewRequest): Promise<RenewAllLine> {
  const { account } = request;
  const { services, signal } = performing;
  try {
    return { account, report: await renewKeys(performing, request), failure: undefined };
  } catch (error) {
    if (isFailure(error)) return { account, report: undefined, failure: tellFailure(error) };
    if (signal.aborted) throw error;
    services.log.error('keys-not-renewed', { account, error });
    return { account, report: undefined, failure: { code: 'unexpected', facts: {} } };
  }
}
