/** What is kept of the server itself besides its folders: Larder's own metadata and keys, packages, users, groups. */
export interface SystemCopy {
  /**
   * Makes it anew, for root alone. The metadata are of one moment; keys are sealed, and the server key is not among them.
   * @throws {Failure} `no-space`, `metadata-unreachable`.
   */
  make(): Promise<SystemCopyPlace>;
}

export interface SystemCopyPlace {
  /** Absolute. */
  readonly folder: string;
  /** Who may own files of the server. */
  readonly uids: readonly number[];
}
