import type { DatabaseRestorer } from './database-restorer.ts';

/** A database server that was started for one drill: empty, on no network, with nobody on it but the drill. */
export interface ScratchServer {
  /** Loads into it by the same steps as into the live one. */
  readonly restorer: DatabaseRestorer;
  /** Whether what runs there could reach a network. */
  readonly hasNetwork: boolean;
  /** Its socket, for other programs of the drill; undefined where there is none that a site could use. */
  readonly socket: string | undefined;
  /** Ends the server at once: nothing on it is worth anything. Its files go with the sandbox. Never throws. */
  close(): Promise<void>;
}

/** Why there is none: none of this engine can be started here, or root may cut none off from what is not its business. */
export type NoScratchServer = 'no-server' | 'no-isolation';
