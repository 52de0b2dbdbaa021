import type { PathBytes } from './requests.ts';

/** Requests that can be about a copy: by the name of its destination; undefined for where restore points are made. */

export interface ListRequest {
  readonly kind: 'list';
  readonly account: string;
  readonly changed?: PathBytes | undefined;
  /** Only restore points that were made of all these paths: a backup of some paths alone was not made of the others. */
  readonly of?: readonly PathBytes[] | undefined;
  /** Of a copy: the name of its destination. */
  readonly from?: string | undefined;
}

export interface BrowseRequest {
  readonly kind: 'browse';
  readonly account: string;
  readonly point: string;
  readonly path: PathBytes;
  /** Compares each entry with the live home. */
  readonly marks?: boolean | undefined;
  /** Only a part of the folder, folders first, each by name; without it everything, as the folder has it. */
  readonly window?: BrowseWindow | undefined;
  /** Counts the mailboxes of the restore point, too. */
  readonly mail?: boolean | undefined;
  readonly from?: string | undefined;
  /** The account's own, for archives that are sealed with it. */
  readonly passphrase?: string | undefined;
}

export interface BrowseWindow {
  readonly offset: number;
  readonly limit: number;
  /** Those that are marked so. */
  readonly only: 'all' | 'gone' | 'changed';
}

export interface CheckRequest {
  readonly kind: 'check';
  readonly account: string | undefined;
  readonly readData: boolean;
  readonly from?: string | undefined;
}

export interface PruneRequest {
  readonly kind: 'prune';
  readonly account: string | undefined;
  readonly dryRun: boolean;
  readonly destination?: string | undefined;
}
