import type { StoredDatabasePlan } from '../domain/database-plan.ts';
import type { Generation } from '../domain/ids.ts';

/** Keeps plans about databases, and how far they have come. Another generation's are never found. */
export interface DatabasePlanStore {
  /** All or nothing, and afterwards safe from a power cut. @throws {Failure} `no-space`, `quota-exceeded`. */
  save(generation: Generation, plan: StoredDatabasePlan): Promise<void>;
  /** @returns undefined when there is none, whatever `id` is. */
  find(generation: Generation, id: string): Promise<StoredDatabasePlan | undefined>;
  /** Every plan of an account, in no order. */
  list(generation: Generation): Promise<StoredDatabasePlan[]>;
  /** Generations that have plans here. */
  generations(): Promise<Generation[]>;
  /** Removing one that is not there is no failure. */
  remove(generation: Generation, id: string): Promise<void>;
}
