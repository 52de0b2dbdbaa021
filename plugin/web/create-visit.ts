import type { Request as BrowserRequest } from 'express';
import { createFormats, type Formats } from '../domain/formats.ts';
import { findLanguage, isLanguage, type Language } from '../domain/language.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import type { Cookies } from './cookies.ts';
import type { Ask, Download, Link, Visit, Who } from './visit.ts';
import type { WorkerLink } from './worker-link.ts';
import type { Words } from './words.ts';

export interface VisitTools {
  readonly worker: WorkerLink;
  readonly words: Words;
  readonly cookies: Cookies;
  readonly now: () => Date;
  /** IANA name: times are shown there. */
  readonly timeZone: string;
  /** In front of all addresses, without a slash at the end. */
  readonly base: string;
}

/** @param session the token, when `who` holds one. */
export function createVisit(
  tools: VisitTools,
  request: BrowserRequest,
  who: Who | undefined,
  signal: AbortSignal,
): Visit {
  const session = sessionOf(tools.cookies, request);
  const language = languageOf(tools.cookies, request, who);
  const formats = rememberedFormats(language, who?.timeZone ?? tools.timeZone);
  const query = new URLSearchParams(request.originalUrl.split('?', 2)[1] ?? '');
  const form = formOf(request.body);
  return {
    who,
    language,
    formats,
    say: tools.words.in(language, formats),
    now: tools.now(),
    signal,
    param: (name) => String(request.params[name] ?? ''),
    query: (name) => query.get(name) ?? undefined,
    header: (name) => headerOf(request, name),
    field: (name) => form.get(name)?.[0],
    fields: (name) => form.get(name) ?? [],
    cookie: (name) => tools.cookies.read(request.headers.cookie, name),
    link: createLink(tools.base),
    ask: createAsk(tools.worker, who === undefined ? undefined : session, signal),
    download: createDownload(tools.worker, session),
  };
}

export function sessionOf(cookies: Cookies, request: BrowserRequest): string | undefined {
  return cookies.read(request.headers.cookie, 'session');
}

export function createAsk(worker: WorkerLink, session: string | undefined, signal: AbortSignal): Ask {
  return async <Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    options: Parameters<Ask>[1] = {},
  ): Promise<Answer<Kind>> =>
    worker.with(session, (performer) =>
      performer.perform<Kind>(request, options.onProgress ?? (() => {}), options.signal ?? signal),
    );
}

function createDownload(worker: WorkerLink, session: string | undefined): Download {
  return (request, sink, signal) => worker.with(session, (performer) => performer.download(request, sink, signal));
}

function createLink(base: string): Link {
  return (path, query = {}) => {
    const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
    const pairs = given.map(([name, value]): [string, string] => [name, String(value)]);
    const text = new URLSearchParams(pairs).toString();
    return `${base}${path}${text === '' ? '' : `?${text}`}`;
  };
}

/** What somebody chose here, else what the panel says, else what the browser asks for. */
function languageOf(cookies: Cookies, request: BrowserRequest, who: Who | undefined): Language {
  const chosen = cookies.read(request.headers.cookie, 'language') ?? '';
  if (isLanguage(chosen)) return chosen;
  const asked = (request.headers['accept-language'] ?? '').split(',').map((tag) => tag.split(';')[0]?.trim() ?? '');
  return findLanguage([who?.language ?? '', ...asked]) ?? 'en';
}

const known = new Map<string, Formats>();

/** Making them takes longer than a page does. */
function rememberedFormats(language: Language, timeZone: string): Formats {
  const key = `${language} ${timeZone}`;
  const formats = known.get(key) ?? createFormats(language, timeZone);
  known.set(key, formats);
  return formats;
}

function headerOf(request: BrowserRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Of a form's fields only texts and lists of texts. */
function formOf(body: unknown): ReadonlyMap<string, readonly string[]> {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body as object) : [];
  return new Map(
    fields.map(([name, value]: [string, unknown]) => [
      name,
      (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string'),
    ]),
  );
}
