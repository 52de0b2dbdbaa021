/** `minutes`: how long the link can be used; one when absent. */
export type LoginRequest =
  | {
      readonly kind: 'login';
      readonly role: 'account';
      readonly account: string;
      readonly minutes?: number | undefined;
    }
  | {
      readonly kind: 'login';
      readonly role: 'staff';
      readonly account: string;
      /** Who acts, for which ticket, and why: kept with all that is done. */
      readonly staff: string;
      readonly ticket: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'login';
      readonly role: 'admin';
      readonly staff: string;
      readonly minutes?: number | undefined;
    };

/** Whose session it is. */
export interface SessionReport {
  readonly role: 'account' | 'staff' | 'admin';
  readonly account: string | undefined;
  /** BCP 47 language of the account's messages, as its customer chose or the panel says. */
  readonly language: string | undefined;
  /** IANA name: in it the account reads times. */
  readonly timeZone: string | undefined;
  /** Where its messages go. */
  readonly email: string | undefined;
  /** Of staff: who acts, and for which ticket. */
  readonly staff: string | undefined;
  readonly ticket: string | undefined;
  /** The name of the account's site, where the panel knows it. */
  readonly site: string | undefined;
  /** So many hours old the newest backup may be at most, as the host promised. */
  readonly rpoHours: number | undefined;
  /** Whether databases are backed up on this server. */
  readonly hasDatabases: boolean;
  /** For so many days a restore can be taken back. */
  readonly undoDays: number;
  readonly expiresAt: string;
}
