import type { Formats } from '../domain/formats.ts';
import type { Language } from '../domain/language.ts';
import type { Answer, Progress, Request } from '../protocol/requests.ts';
import type { ReportFiles } from './report-files.ts';
import type { Say } from './words.ts';

/** Who is signed in, as the worker says. */
export type Who = Answer<'session'>;

/** Asks the worker in the name of whoever is signed in. @throws {Failure} what the request fails with. */
export type Ask = <Kind extends Request['kind']>(
  request: Extract<Request, { kind: Kind }>,
  options?: AskOptions,
) => Promise<Answer<Kind>>;

export interface AskOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Bytes of a download, in the name of whoever is signed in. */
export type Download = (
  request: Extract<Request, { kind: 'download' }>,
  sink: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
) => Promise<Answer<'download'>>;

/** One request of a browser, as pages see it. */
export interface Visit {
  readonly who: Who | undefined;
  readonly language: Language;
  readonly say: Say;
  readonly formats: Formats;
  readonly now: Date;
  /** Of the address, such as `job` in `/jobs/:job`. */
  readonly param: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  /** Header of the request, in lower case. */
  readonly header: (name: string) => string | undefined;
  /** A field of the form that was sent. */
  readonly field: (name: string) => string | undefined;
  readonly fields: (name: string) => readonly string[];
  readonly cookie: (name: 'return') => string | undefined;
  /** Where a page is; undefined values are left out. */
  readonly link: Link;
  readonly ask: Ask;
  readonly download: Download;
  /** Aborted when the browser has gone. */
  readonly signal: AbortSignal;
}

export type Link = (path: string, query?: { readonly [name: string]: string | number | undefined }) => string;

/** Of an administrator of the server, who has no account. */
export interface HostVisit extends Visit {
  readonly who: Who;
  readonly reports: ReportFiles;
}

/** Of somebody who may see pages of one account: its customer, or staff acting for it. */
export interface AccountVisit extends Visit {
  readonly who: Who;
  readonly account: string;
}
