import type { DatabaseRestorer, ObjectProblem } from '../contracts/database-restorer.ts';
import type { Account } from '../domain/account.ts';
import type { DatabaseRef } from '../domain/database-name.ts';
import type { DatabaseReceipt, StoredDatabasePlan } from '../domain/database-plan.ts';
import { isFailure } from '../domain/failure.ts';
import { panelName } from './database-ground.ts';
import type { Performing, Services } from './services.ts';

/** What a plan that runs works with. */
export interface DatabaseRun {
  readonly performing: Performing;
  readonly account: Account;
  readonly restorer: DatabaseRestorer;
  readonly plan: StoredDatabasePlan;
  /** Writes down how far it has come. */
  readonly keep: (changes: Partial<StoredDatabasePlan>) => Promise<StoredDatabasePlan>;
}

/** What a run came to. */
export type DatabaseDone = Omit<DatabaseReceipt, 'seconds'>;

/** Tells the panel, where it keeps a record of databases. */
export async function register(
  services: Services,
  account: Account,
  { ref, isThere }: { readonly ref: DatabaseRef; readonly isThere: boolean },
): Promise<readonly ObjectProblem[]> {
  try {
    await services.panel.registerDatabase?.(account.name, panelName(services, ref), isThere);
    return [];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [{ object: ref.name, reason: `the panel could not be told (${error.code})` }];
  }
}
