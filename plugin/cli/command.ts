import type { Answer, Progress, Request } from '../protocol/requests.ts';
import type { OptionName } from './options.ts';
import type { Page } from './page.ts';

/** One thing a person can ask for on the command line. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  /** Its arguments and options as help shows them, without the name. */
  readonly usage: string;
  readonly arguments: { readonly least: number; readonly most: number };
  /** Options of its own. */
  readonly options: readonly OptionName[];
  readonly account: 'needed' | 'optional' | 'none';
  readonly run: (given: Given, session: Session) => Promise<Result>;
}

/** What was typed. */
export interface Given {
  readonly arguments: readonly string[];
  /** The name after `--account`; empty when there is none. */
  readonly account: string;
  readonly has: (option: OptionName) => boolean;
  readonly option: (option: OptionName) => string | undefined;
}

/** What a command may do. */
export interface Session {
  readonly page: Page;
  readonly timeZone: string;
  readonly now: () => Date;
  /** Makes a relative path absolute, from where the command was started. */
  readonly absolutePath: (path: string) => string;
  /** @throws {Failure} whatever the request can fail with. */
  readonly perform: <Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    onProgress?: (progress: Progress) => void,
  ) => Promise<Answer<Kind>>;
  /**
   * Asks on the terminal; true only for a clear yes, or with `--yes`.
   * @throws {Failure} `confirmation-needed` when nobody can be asked.
   */
  readonly confirm: (question: string, action: string) => Promise<boolean>;
  /** Whether `confirm` will ask: false with `--yes` and when nobody can be asked. */
  readonly canAsk: boolean;
  /** Writes a line of the answer at once; nothing with `--json`. */
  readonly write: (line: string) => void;
  /** Tells something beside the answer; nothing with `--json`. */
  readonly talk: (line: string) => void;
}

/** What a command came to, for machines and for people. */
export interface Result {
  /** Names the form of `answer`, such as `larder/list/1`. Described in docs/json.md. */
  readonly schema: string;
  readonly answer: object;
  readonly exitCode: number;
  /** For standard output. */
  readonly lines: readonly string[];
  /** For standard error, after the lines. */
  readonly notes: readonly string[];
}
