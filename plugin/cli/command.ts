import type { ReportDocument } from '../domain/report-document.ts';
import type { Answer, PathBytes, Progress, Request } from '../protocol/requests.ts';
import type { DestinationEditor } from './destination-editor.ts';
import type { OptionName } from './options.ts';
import type { Page } from './page.ts';
import type { Files } from './surroundings.ts';

/** One thing a person can ask for on the command line. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  /** Its arguments and options as help shows them, without the name. */
  readonly usage: string;
  readonly arguments: { readonly least: number; readonly most: number };
  /** Options of its own. */
  readonly options: readonly OptionName[];
  /** `needed`: it is about one account, which is the caller's own where `--account` does not name one. */
  readonly account: 'needed' | 'optional' | 'none';
  /** Who can use it: everyone for an own account, the administrator, or programs that need no help text. */
  readonly audience: 'everyone' | 'administrator' | 'programs';
  readonly run: (given: Given, session: Session) => Promise<Result>;
}

/** What was typed. */
export interface Given {
  readonly arguments: readonly string[];
  /** The account that the command is about; empty when there is none. */
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
  /**
   * Paths as typed, as requests carry them: relative ones are meant from where the person stands within the home of
   * `account`, else from that home.
   * @throws {Failure} `invalid-input`.
   */
  readonly parsePaths: (typed: readonly string[], account: string) => Promise<readonly PathBytes[]>;
  /** How the home of `account` may be written; none when that cannot be known. */
  readonly homeOf: (account: string) => Promise<readonly string[]>;
  /** The account whose own socket answers; undefined for root. @throws {Failure} `worker-unreachable`, `busy`. */
  readonly ownAccount: () => Promise<string | undefined>;
  /** Whether a worker answers. @throws {Failure} as `ownAccount`. */
  readonly hasWorker: () => Promise<boolean>;
  /** How this person begins a command about `account`: `larder`, or `larder --account maria`. */
  readonly larder: (account: string) => Promise<string>;
  /** @throws {Failure} whatever the request can fail with; `goes-on` when the person stops waiting for a job. */
  readonly perform: <Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    onProgress?: (progress: Progress) => void,
  ) => Promise<Answer<Kind>>;
  /** @throws {Failure} whatever the request or `sink` can fail with. */
  readonly download: (
    request: Extract<Request, { kind: 'download' }>,
    sink: (bytes: Uint8Array) => Promise<void>,
  ) => Promise<Answer<'download'>>;
  /** Standard output for bytes; undefined where they would end on a terminal or among other text. */
  readonly writeBytes: ((bytes: Uint8Array) => Promise<void>) | undefined;
  readonly files: Files;
  /** A report as a PDF. */
  readonly renderPdf: (document: ReportDocument) => Promise<Uint8Array>;
  readonly serveWorker: () => Promise<void>;
  readonly serveWeb: () => Promise<void>;
  /**
   * Asks on the terminal; true only for a clear yes, or with `--yes`.
   * @throws {Failure} `confirmation-needed` when nobody can be asked.
   */
  readonly confirm: (question: string, action: string) => Promise<boolean>;
  /** A small file that an option names; `-` is standard input. The bytes are the caller's, to be overwritten. @throws {Failure} `invalid-input`. */
  readonly readSmall: (option: OptionName, given: Given) => Promise<Buffer>;
  /** A line that is typed and not shown; undefined when the person stops. Where `canAsk` only. */
  readonly askSecret: (question: string) => Promise<Buffer | undefined>;
  /** A line that is typed. Where `canAsk` only. @throws {Failure} `cancelled` when there is none. */
  readonly askLine: (question: string) => Promise<string>;
  readonly destinations: DestinationEditor;
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
