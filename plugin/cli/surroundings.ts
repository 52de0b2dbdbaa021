import type { LocalTime } from '../domain/local-time.ts';
import type { ReportDocument } from '../domain/report-document.ts';
import type { Performer } from '../protocol/requests.ts';
import type { Input } from './ask.ts';
import type { DestinationEditor } from './destination-editor.ts';
import type { Environment } from './language.ts';
import type { Output } from './screen.ts';
import type { LoadTexts } from './texts.ts';

/** Who performs what is asked for. */
export interface Connection {
  readonly performer: Performer;
  /** The account whose own socket it is; undefined for root, who may ask for any. */
  readonly account: string | undefined;
  /** Whether it is a worker: then work goes on when whoever asked for it has gone. */
  readonly isWorker: boolean;
  /** The configuration file, when it was changed after the worker had read it: the worker goes by the old one. */
  readonly outdated?: string | undefined;
}

/** A file that is written beside its place and takes it when it is whole. */
export interface PartFile {
  /** Bytes that an earlier try has left. */
  readonly size: number;
  /** @throws {Failure} `no-space`, `quota-exceeded`, `invalid-input`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Safe on disk, and in its place. @throws {Failure} as `write`. */
  finish(): Promise<void>;
  /** What was written stays beside, to be continued. */
  close(): Promise<void>;
}

/** What the command line may do with files: only where the person may, too. */
export interface Files {
  /** What is there at an absolute path. */
  look(path: string): 'file' | 'folder' | 'nothing';
  /**
   * @param identity what the bytes are: only what was written under the same one is continued.
   * @throws {Failure} `invalid-input` when nothing can be written there.
   */
  openPart(path: string, identity: string, continues: boolean): Promise<PartFile>;
  /** A small file, pipe or open descriptor. The bytes are the caller's, to be overwritten. @throws {Failure} `invalid-input`. */
  readSmall(path: string, option: string): Promise<Buffer>;
  /** A new file that only this user can read. @throws {Failure} `invalid-input`, also where there is a file already; `no-space`. */
  createPrivate(path: string, text: string): Promise<void>;
}

/** Everything the command line touches. */
export interface Surroundings {
  /** Without `node` and the script. */
  readonly argv: readonly string[];
  /** Called at most once, and only by commands that need it. @throws {Failure} `worker-unreachable`, `busy`. */
  readonly connect: () => Promise<Connection>;
  /**
   * The worker anew, after the connection to it has ended; undefined when none came within a minute.
   * @throws {Failure} `cancelled` when the signal fired.
   */
  readonly reconnect: (signal: AbortSignal) => Promise<Connection | undefined>;
  /** Performs in this process, whoever else could. */
  readonly performHere: () => Promise<Performer>;
  /** Serves everyone else until `signal` fires. @throws {Failure} what the worker cannot start for. */
  readonly serveWorker: () => Promise<void>;
  /** Serves the pages until `signal` fires. @throws {Failure} what they cannot be served for. */
  readonly serveWeb: () => Promise<void>;
  /** How the path of an account's home may be written; none when that cannot be known. */
  readonly homeOf: (account: string) => Promise<readonly string[]>;
  readonly files: Files;
  readonly destinations: DestinationEditor;
  /** A report as a PDF. */
  readonly renderPdf: (document: ReportDocument) => Promise<Uint8Array>;
  /** Bytes for standard output; resolves when it takes more. @throws {Failure} `cancelled` when nobody reads them. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>;
  readonly streams: { readonly stdin: Input; readonly stdout: Output; readonly stderr: Output };
  /** LC_ALL, LC_MESSAGES, LC_CTYPE, LANG, NO_COLOR, TERM and LARDER_DEBUG are looked at. */
  readonly environment: Environment;
  readonly clock: { now(): Date; elapsedMilliseconds(): number };
  /** IANA name: times are understood there. */
  readonly timeZone: string;
  /** What clocks show there at an instant, in milliseconds since 1970. */
  readonly localTime: (instant: number) => LocalTime;
  readonly workingDirectory: string;
  readonly loadTexts: LoadTexts;
  readonly version: string;
  /** Aborted when the person wants to stop. */
  readonly signal: AbortSignal;
}
