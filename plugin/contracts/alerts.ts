import type { KnownAlert } from '../domain/plan-alerts.ts';
import type { StorageDay } from '../domain/storage-trend.ts';

/** What somebody must know, kept in the metadata database. Those of other servers are unknown here. */
export interface Alerts {
  /** Alerts that are not over, or were since `overSince`. */
  list(overSince: Date): Promise<readonly KnownAlert[]>;
  /** Keeps alerts, each in the place of the one with its key and beginning. */
  keep(alerts: readonly KnownAlert[]): Promise<void>;
  /** Forgets those that were over before. */
  removeOverBefore(time: Date): Promise<void>;
}

/** How full destinations were, day by day. */
export interface StorageDays {
  /** In the place of what is known of that day. */
  note(destination: string, day: StorageDay): Promise<void>;
  /** Of the days from `since` on, by destination. */
  list(since: Date): Promise<ReadonlyMap<string, readonly StorageDay[]>>;
  removeBefore(time: Date): Promise<void>;
}

/** Tells people. */
export interface Messenger {
  /** @throws {Failure} `not-delivered`: it is tried again at the next turn. */
  send(message: AlertMessage): Promise<void>;
}

export interface AlertMessage {
  readonly server: string;
  readonly at: Date;
  readonly begun: readonly KnownAlert[];
  readonly over: readonly KnownAlert[];
}
