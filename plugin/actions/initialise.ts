import type { Account } from '../domain/account.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { inParallel } from '../engine/in-parallel.ts';
import type { Answer } from '../protocol/requests.ts';
import type { AccountFailure } from '../protocol/upkeep.ts';
import { ensureRepository } from './account-repository.ts';
import { knownAccounts } from './find-account.ts';
import type { Performing, Services } from './services.ts';

/** What making the keys gave; the wiring makes them, because nothing else can be opened before. */
export interface MadeKeys {
  readonly recipients: readonly string[];
  readonly identityFiles: readonly string[];
}

/** Making one is mostly waiting for the disk and for the derivation of a key, which threads of Node do: it has four. */
const mostAtOnce = 4;

/**
 * Makes the repositories of all accounts that have none, so that the first night has only to back up; some at a time. What
 * one fails with keeps no other from its turn. Done again, it does what is missing.
 * @throws {Failure} `cancelled`, when those that were begun are made.
 */
export async function initialise(performing: Performing, made: MadeKeys): Promise<Answer<'init'>> {
  const { services, signal } = performing;
  const accounts = await knownAccounts(services);
  const failures = new Map<Account, AccountFailure>();
  let done = 0;
  await inParallel(accounts, mostAtOnce, async (account) => {
    if (signal.aborted) throw new Failure('cancelled', { action: 'init' });
    const failure = await tryToMake(services, account);
    if (failure !== undefined) failures.set(account, failure);
    tellProgress(performing, account, { items: ++done, itemsTotal: accounts.length });
  });
  return {
    state: services.configuration.state,
    recipients: [...made.recipients],
    identityFiles: [...made.identityFiles],
    accounts: accounts.length,
    failures: accounts.flatMap((account) => failures.get(account) ?? []),
  };
}

async function tryToMake(services: Services, account: Account): Promise<AccountFailure | undefined> {
  try {
    await ensureRepository(services, account);
    return undefined;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { account: account.name, ...tellFailure(error) };
  }
}

function tellProgress(
  { onProgress }: Performing,
  { name }: Account,
  counts: { items: number; itemsTotal: number },
): void {
  onProgress({ kind: 'advance', step: 'backup', account: name, ...counts, bytes: 0, bytesTotal: undefined });
}
