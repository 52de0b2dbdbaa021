import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import type { Services } from './services.ts';

/**
 * Puts work of one account into the queue. Where too much of it waits there already, that is logged and is nobody else's
 * harm: the accounts after it get their turn. @returns whether it was put there.
 */
export async function unlessTooMany(
  { log }: Pick<Services, 'log'>,
  { name }: Pick<Account, 'name'>,
  add: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await add();
    return true;
  } catch (error) {
    if (!isFailure(error, 'too-many-jobs')) throw error;
    log.warn('too-many-jobs', { account: name });
    return false;
  }
}
