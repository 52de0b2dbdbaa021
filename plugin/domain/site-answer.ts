/** What a restored site answered when a drill asked it for its front page, and whether that is an answer. */

import type { UntellingAnswer } from './drill-outcome.ts';

/** How asking ended. */
export interface AskedSite {
  /** What PHP wrote, one byte a character: header lines, an empty line, the body. */
  readonly output: string;
  /** The beginning of what PHP said about errors. */
  readonly errors: string;
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  /** Why it was ended: it took too long, or wrote without end. */
  readonly cut: 'silent' | 'endless' | undefined;
  /** Whether it came to PHP at all: its root may not have been made. */
  readonly wasStarted: boolean;
}

export type SiteProblem =
  | 'site-silent'
  | 'site-endless'
  | 'site-database'
  | 'site-table'
  | 'site-fatal'
  | 'site-status'
  | 'site-empty'
  | 'site-installer';

export type SiteVerdict =
  | { readonly outcome: 'answered' | UntellingAnswer; readonly status: number }
  | { readonly outcome: 'no-isolation'; readonly status: undefined }
  | {
      readonly outcome: 'failed';
      readonly status: number | undefined;
      readonly problem: SiteProblem;
      readonly detail: string;
    };

export interface SiteAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** The answer that a CGI program wrote (RFC 3875); undefined when it is none. */
export function readCgiAnswer(output: string): SiteAnswer | undefined {
  const end = /\r?\n\r?\n/.exec(output);
  if (end === null) return undefined;
  const lines = output.slice(0, end.index).split(/\r?\n/);
  const status = /^(\d{3})(?: |$)/.exec(headerOf(lines, 'status') ?? '200')?.[1];
  if (status === undefined || lines.some((line) => !/^[\w-]+:/.test(line))) return undefined;
  return {
    status: Number(status),
    location: headerOf(lines, 'location'),
    body: output.slice(end.index + end[0].length),
  };
}

function headerOf(lines: readonly string[], name: string): string | undefined {
  return lines
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

/** Only a page is an answer. What is sent on says nothing yet, but for one who sends to an installer: he lacks his settings. */
export function judgeAnswer(asked: AskedSite, answer = readCgiAnswer(asked.output)): SiteVerdict {
  const failed = (problem: SiteProblem, detail = ''): SiteVerdict => {
    return { outcome: 'failed', status: answer?.status, problem, detail };
  };
  if (asked.cut !== undefined) return failed(`site-${asked.cut}`);
  if (!asked.wasStarted) return { outcome: 'no-isolation', status: undefined };
  if (answer !== undefined && lacksDatabase(answer)) return failed('site-database');
  const fatal = findFatal(asked);
  if (fatal !== undefined) return failed('site-fatal', fatal);
  const table = findMissingTable(asked.errors);
  if (table !== undefined) return failed('site-table', table);
  return answer === undefined ? failed('site-empty') : judgeStatus(answer, failed);
}

function judgeStatus(answer: SiteAnswer, failed: (problem: SiteProblem, detail?: string) => SiteVerdict): SiteVerdict {
  const { status, body } = answer;
  const isPage = body.trim() !== '';
  if (status === 401 || status === 403 || (status === 503 && isPage)) return { outcome: 'refused', status };
  if (status < 200 || status >= 400) return failed('site-status', String(status));
  if (status < 300) return isPage ? { outcome: 'answered', status } : failed('site-empty');
  const installer = findInstaller(answer);
  return installer === undefined ? { outcome: 'redirected', status } : failed('site-installer', installer);
}

/** Of WordPress, Joomla, Drupal and the like. */
function findInstaller({ location = '' }: SiteAnswer): string | undefined {
  const path = location.replace(/[?#].*$/s, '');
  const known = /(?:^|\/)(?:wp-admin\/(?:install|setup-config)\.php|installation\/(?:index\.php)?|install\.php)$/;
  return known.test(path) ? path.slice(0, mostCharacters) : undefined;
}

const mostBytesOfError = 20_000;

/** As WordPress says it (`wpdb` in its `class-wpdb.php`), and not one that writes about it. */
function lacksDatabase({ status, body }: SiteAnswer): boolean {
  if (status >= 500) return /Error establishing a database connection/i.test(body);
  if (body.length >= mostBytesOfError) return false;
  return /<(title|h1)\b[^>]*>[^<]*Error establishing a database connection/i.test(body);
}

/** WordPress shows a page without what it could not read, and only writes into its log (`wpdb::print_error`) why. */
function findMissingTable(errors: string): string | undefined {
  return /WordPress database error Table '([^'\n]{1,200})' doesn't exist/.exec(errors)?.[1];
}

const mostCharacters = 300;

/** PHP ends with 255 after an error that it cannot go on from, also where it was told to say nothing of it; or by a signal. */
function findFatal({ errors, exitCode }: AskedSite): string | undefined {
  const said = /PHP (?:Fatal|Parse|Core|Compile) error: *([^\n]*)/.exec(errors)?.[1];
  if (said !== undefined) return said.trim().slice(0, mostCharacters);
  if (/^Out of memory$/m.test(errors)) return 'Out of memory';
  return exitCode === undefined || exitCode >= 128 ? '' : undefined;
}

/** Under which name, and how, a site is asked. */
export interface SiteName {
  readonly host: string;
  readonly isSecure: boolean;
}

export interface SiteAddress {
  readonly name: SiteName;
  /** With its query. */
  readonly path: string;
}

/** Where a site sends on, perhaps to the name it really has; undefined where it does not, or to nothing that can be asked. */
export function sentTo(asked: SiteAddress, { status, location }: SiteAnswer): SiteAddress | undefined {
  if (status < 300 || status >= 400 || location === undefined) return undefined;
  const base = `${asked.name.isSecure ? 'https' : 'http'}://${asked.name.host}${asked.path}`;
  if (!URL.canParse(location, base)) return undefined;
  const { href, pathname, search, username } = new URL(location, base);
  const name = username === '' ? readSiteName(href) : undefined;
  const path = pathname + search;
  return name === undefined || path.length > mostCharacters * 4 ? undefined : { name, path };
}

/** Files below the folder of a site that may answer for a path, the nearest first. */
export function scriptsFor(path: string): string[] {
  const steps = (path.split('?')[0] ?? '').split('/').filter((step) => step !== '');
  const isPlain = steps.every((step) => /^\w[\w.-]*$/.test(step));
  if (!isPlain || steps.length === 0) return ['index.php'];
  const own = steps.at(-1)?.endsWith('.php') === true ? steps : [...steps, 'index.php'];
  return [own.join('/'), 'index.php'];
}

/** Of an address such as `https://example.gr/shop`. */
export function readSiteName(address: string): SiteName | undefined {
  const [, scheme = '', host] =
    /^(https?):\/\/([a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?)(?:[/?#]|$)/i.exec(address) ?? [];
  return host === undefined ? undefined : { host: host.toLowerCase(), isSecure: scheme.toLowerCase() === 'https' };
}
