import type { Generation } from '../domain/ids.ts';
import type { PlannedEntry } from '../domain/planned-entry.ts';
import type { StoredPlan } from '../domain/stored-plan.ts';

/** Keeps plans, what they list, and how far they have come. Another generation's plans are never found. */
export interface PlanStore {
  /**
   * Keeps a plan and what it lists, in the place of an earlier state of both. Both survive a power cut afterwards; on
   * failure the earlier state remains, or a plan that lists the new entries.
   * @throws {Failure} `no-space`, `quota-exceeded`.
   */
  save(generation: Generation, plan: StoredPlan, entries: readonly PlannedEntry[]): Promise<void>;

  /** Keeps how far a plan has come; all or nothing, and afterwards safe from a power cut. @throws {Failure} `no-space`, `quota-exceeded`. */
  update(generation: Generation, plan: StoredPlan): Promise<void>;

  /** @returns undefined when there is none, whatever `id` is. */
  find(generation: Generation, id: string): Promise<StoredPlan | undefined>;

  /** What a plan lists, in walking order; undefined when the plan is gone. */
  entries(generation: Generation, id: string): Promise<PlannedEntry[] | undefined>;

  /** Every plan of an account, in no order. */
  list(generation: Generation): Promise<StoredPlan[]>;

  /** Removing one that is not there is no failure. */
  remove(generation: Generation, id: string): Promise<void>;

  /**
   * Makes this process the only one that writes into the account's home for a plan, until `release` or its end and that
   * of the writer it lent the lock to. A writer that outlived its process is waited for, then ended.
   * @throws {Failure} `busy` when another process has it.
   */
  lock(generation: Generation, account: string): Promise<AccountLock>;
}

export interface AccountLock {
  /** Whatever process inherits this descriptor keeps the lock, too. */
  readonly descriptor: number;
  release(): void;
}
