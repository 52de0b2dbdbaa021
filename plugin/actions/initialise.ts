import type { Answer, Progress } from '../protocol/requests.ts';
import { ensureRepository } from './account-repository.ts';
import { knownAccounts } from './find-account.ts';
import type { Services } from './services.ts';

/** What making the keys gave; the wiring makes them, because nothing else can be opened before. */
export interface MadeKeys {
  readonly recipients: readonly string[];
  readonly identityFiles: readonly string[];
}

/**
 * Makes the repositories of all accounts that have none, so that the first night has only to back up.
 * Done again, it does what is missing.
 */
export async function initialise(
  services: Services,
  made: MadeKeys,
  onProgress: (progress: Progress) => void,
): Promise<Answer<'init'>> {
  const accounts = await knownAccounts(services);
  let done = 0;
  for (const account of accounts) {
    await ensureRepository(services, account);
    done++;
    const total = { itemsTotal: accounts.length, bytes: 0, bytesTotal: undefined };
    onProgress({ kind: 'advance', step: 'backup', account: account.name, items: done, ...total });
  }
  return {
    state: services.configuration.state,
    recipients: [...made.recipients],
    identityFiles: [...made.identityFiles],
    accounts: accounts.length,
  };
}
