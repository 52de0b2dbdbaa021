import type { AccountSettings } from '../domain/account-settings.ts';
import type { Generation } from '../domain/ids.ts';

/** What customers chose for themselves, in the metadata database. */
export interface AccountSettingsBook {
  /** The usual ones for whoever chose none. @throws {Failure} `metadata-unreachable`, as all here. */
  load(generation: Generation): Promise<AccountSettings>;
  /** Takes the place of what was chosen before. */
  save(generation: Generation, settings: AccountSettings): Promise<void>;
}
