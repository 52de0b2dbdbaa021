/** Folders in which what is restored for a drill can harm nobody: only root reaches them, and another user owns them. */
export interface Sandboxes {
  /**
   * A new place, which nobody else uses. What earlier drills left when they were killed is removed first.
   * @throws {Failure} `no-space`.
   */
  open(): Promise<Sandbox>;

  /** Removes what processes left that were killed. */
  sweep(): Promise<void>;
}

export interface Sandbox {
  /** Absolute path of a folder that is not there yet; whoever writes there makes it. */
  readonly files: string;
  /** The same, for servers that databases are loaded into. */
  readonly databases: string;
  /** Who owns what is written. As a normal user that user. */
  readonly uid: number;
  readonly gid: number;
  /** Whether that is a user of its own. */
  readonly hasOwnUser: boolean;
  /** Bytes that are free there. */
  freeBytes(): number;
  /** Removes the place and all that is in it. Never throws. */
  remove(): Promise<void>;
}
