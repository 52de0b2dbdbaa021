/** What a restored site answered when a drill asked it for its front page, and whether that is an answer. */

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
}

export type SiteProblem =
  | 'site-silent'
  | 'site-endless'
  | 'site-database'
  | 'site-table'
  | 'site-fatal'
  | 'site-status'
  | 'site-empty';

export type SiteVerdict =
  | { readonly outcome: 'answered'; readonly status: number }
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

/** Only a page, or a way to one, is an answer. */
export function judgeAnswer(asked: AskedSite): SiteVerdict {
  const answer = readCgiAnswer(asked.output);
  const failed = (problem: SiteProblem, detail = ''): SiteVerdict => {
    return { outcome: 'failed', status: answer?.status, problem, detail };
  };
  if (asked.cut !== undefined) return failed(`site-${asked.cut}`);
  if (answer !== undefined && lacksDatabase(answer.body)) return failed('site-database');
  const fatal = findFatal(asked);
  if (fatal !== undefined) return failed('site-fatal', fatal);
  const table = findMissingTable(asked.errors);
  if (table !== undefined) return failed('site-table', table);
  if (answer === undefined) return failed('site-empty');
  const { status, body } = answer;
  if (status < 200 || status >= 400) return failed('site-status', String(status));
  if (status < 300 && body.trim() === '') return failed('site-empty');
  return { outcome: 'answered', status };
}

/** As WordPress says it, with whatever status: `wpdb` in its `class-wpdb.php`. */
function lacksDatabase(body: string): boolean {
  return /Error establishing a database connection/i.test(body);
}

/** WordPress shows a page without what it could not read, and only writes into its log (`wpdb::print_error`) why. */
function findMissingTable(errors: string): string | undefined {
  return /WordPress database error Table '([^'\n]{1,200})' doesn't exist/.exec(errors)?.[1];
}

const mostCharacters = 300;

/** PHP ends with 255 after an error that it cannot go on from, also where it was told to say nothing of it. */
function findFatal({ errors, exitCode }: AskedSite): string | undefined {
  const said = /PHP (?:Fatal|Parse|Core|Compile) error: *([^\n]*)/.exec(errors)?.[1];
  if (said !== undefined) return said.trim().slice(0, mostCharacters);
  if (/^Out of memory$/m.test(errors)) return 'Out of memory';
  return exitCode === 255 ? '' : undefined;
}

/** Under which name, and how, a site is asked. */
export interface SiteName {
  readonly host: string;
  readonly isSecure: boolean;
}

/** Where a site says that it is really called so, whoever asks; undefined where it says nothing new. */
export function renamedTo(asked: SiteName, { status, location }: SiteAnswer): SiteName | undefined {
  if (status < 300 || status >= 400 || location === undefined) return undefined;
  const name = readSiteName(location);
  return name === undefined || (name.host === asked.host && name.isSecure === asked.isSecure) ? undefined : name;
}

/** Of an address such as `https://example.gr/shop`. */
export function readSiteName(address: string): SiteName | undefined {
  const [, scheme = '', host] =
    /^(https?):\/\/([a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?)(?:[/?#]|$)/i.exec(address) ?? [];
  return host === undefined ? undefined : { host: host.toLowerCase(), isSecure: scheme.toLowerCase() === 'https' };
}
