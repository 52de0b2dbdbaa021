import type { Script } from '../measure/script.ts';

export type ToolName = 'larder' | 'restic' | 'restic-newest' | 'borg' | 'tar';

/** How many restore points of an account a rotation leaves. */
export const keptPoints = 11;

/** An account as a tool sees it. */
export interface BackedUpAccount {
  readonly name: string;
  readonly home: string;
  readonly uid: number;
}

/** What a scenario gives a tool to work with. */
export interface Assignment {
  /** For its repositories, caches, keys and configuration; made empty. */
  readonly folder: string;
  readonly accounts: readonly BackedUpAccount[];
}

/** A backup program: how it is known and how it is set to work. */
export interface Tool {
  readonly name: ToolName;
  readonly version: string;
  employ(assignment: Assignment): Keeper;
}

/** A tool at work on one set of accounts. Each script is one thing an administrator does, as whole processes. */
export interface Keeper {
  readonly name: ToolName;
  readonly folder: string;
  /** Where the kept bytes are, and nothing else: its size is the repository's. */
  readonly repositories: string;
  /** Writes configuration and key files, and returns what makes the empty repositories. */
  prepare(): Promise<Script>;
  /** One night: all accounts, each into its own repository. */
  backUp(): Script;
  /** The whole home of `account` from the newest restore point into the empty folder `into`. */
  restore(account: BackedUpAccount, into: string): Script;
  /** One file, named relative to the home of `account`, from the newest restore point into the empty folder `into`. */
  restoreFile(account: BackedUpAccount, path: string, into: string): Script;
  /** A zip of the whole home of `account` from the newest restore point into `file`; absent where a tool makes none. */
  zip?(account: BackedUpAccount, file: string): Script;
  /** Of every account, keeps the newest restore points, `keptPoints` of them, and frees what only the others needed. */
  rotate(): Script;
}

/** A tool that cannot be had here, and why. The table says so. */
export interface MissingTool {
  readonly name: ToolName;
  readonly reason: string;
}
