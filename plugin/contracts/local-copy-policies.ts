import type { Generation } from '../domain/ids.ts';
import type { LocalCopyPolicy } from '../domain/local-copy-policy.ts';

/** What each account wants of local copies. */
export interface LocalCopyPolicies {
  /** @returns undefined when none was stored, or what was stored cannot be read. @throws {Failure} `state-unsafe`. */
  load(generation: Generation): Promise<LocalCopyPolicy | undefined>;
  /** Takes the place of the policy before, whole or not at all. @throws {Failure} `no-space`, `quota-exceeded`. */
  save(generation: Generation, policy: LocalCopyPolicy): Promise<void>;
}
