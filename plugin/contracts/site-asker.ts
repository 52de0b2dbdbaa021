import type { AskedSite, SiteAddress } from '../domain/site-answer.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * Runs sites that were restored into a sandbox. What they do reaches nobody: they see no network, no other process, no file
 * of the machine but its programs, and whatever they write or start is gone when they have answered.
 */
export interface SiteAsker {
  /** Extensions of its PHP, in small letters. */
  readonly extensions: ReadonlySet<string>;

  /** Asks a site for a page. @throws {Failure} `cancelled`. */
  ask(site: AskSite): Promise<AskedSite>;
}

export interface AskSite {
  /** Its folder below the home, with an `index.php`; empty for the home itself. */
  readonly folder: string;
  readonly address: SiteAddress;
  /** What answers, below its folder, such as `index.php`. */
  readonly script: string;
}

export interface AskerOrder {
  readonly sandbox: Sandbox;
  /** Where the home lies on the live server: sites find themselves there. */
  readonly home: string;
  /** Of the drill's database server, which they find as that of `localhost`. */
  readonly socket: string | undefined;
  readonly php: string | undefined;
  /** How long an answer may take. */
  readonly seconds: number;
}

/** Why there is none: no PHP for web servers is installed here, or nothing that it runs could be cut off. */
export type NoSiteAsker = 'no-php' | 'no-isolation';
