import type { PanelAccount } from '../domain/account.ts';
import type { AccountName } from '../domain/ids.ts';

/** Where accounts come from. Answers are the panel's own records, not what happens to be live. */
export interface Panel {
  readonly kind: string;
  /**
   * Every account, by name. Two accounts never share a name, nor a uid unless this process may be no other user.
   * @throws {Failure} `configuration-invalid` when the panel's records cannot be read or contradict themselves.
   */
  listAccounts(): Promise<PanelAccount[]>;
  /**
   * Writes down that an account has, or no longer has, a database; where the panel keeps no such record, there is none.
   * Saying it twice is no failure. @param database as the panel writes it: the name, or `postgresql:NAME`.
   */
  readonly registerDatabase?: (account: AccountName, database: string, isThere: boolean) => Promise<void>;
}
