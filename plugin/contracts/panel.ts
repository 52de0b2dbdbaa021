import type { PanelAccount } from '../domain/account.ts';

/** Where accounts come from. Answers are the panel's own records, not what happens to be live. */
export interface Panel {
  readonly kind: string;
  /**
   * Every account, by name. Two accounts never share a name, nor a uid unless this process may be no other user.
   * @throws {Failure} `configuration-invalid` when the panel's records cannot be read or contradict themselves.
   */
  listAccounts(): Promise<PanelAccount[]>;
}
