import type { AccountName, Generation } from './ids.ts';

/** One hosting customer, as the panel describes it. */
export interface PanelAccount {
  readonly name: AccountName;
  readonly uid: number;
  readonly gid: number;
  /** Absolute path, no trailing slash. */
  readonly home: string;
  readonly databases: readonly string[];
  readonly email: string | undefined;
  /** BCP 47 language of the customer's messages. */
  readonly language: string | undefined;
  /** Other owners whose files in this home belong to the customer, such as the web server's uid. */
  readonly trustedUids: readonly number[];
  /** What the customer has bought, under the panel's name; rules may be made for all who have it. */
  readonly package?: string | undefined;
  /** Where the customer is: an IANA time zone. */
  readonly timeZone?: string | undefined;
  /** The name of the customer's site, such as `example.gr`. */
  readonly domain?: string | undefined;
  readonly isSuspended?: boolean | undefined;
  readonly isOverQuota?: boolean | undefined;
}

/** A panel account that Larder has seen, with the generation it was given then. */
export interface Account extends PanelAccount {
  readonly generation: Generation;
}
