import { randomBytes } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { isFailure } from '../domain/failure.ts';
import { serveAsset, type Assets } from './assets.ts';
import { openCookies } from './cookies.ts';
import { createAsk, createVisit, sessionOf, type VisitTools } from './create-visit.ts';
import { isFormToken, makeFormToken } from './form-token.ts';
import { refuse } from './guard.ts';
import { errorPage, errorWords } from './pages/error.ts';
import { loginPage, rememberReturn } from './pages/login.ts';
import { createRenderer } from './render-page.ts';
import type { Reply } from './reply.ts';
import type { ReportFiles } from './report-files.ts';
import { checkRoutes, opens, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { sendReply, type SendTools } from './send-reply.ts';
import type { AccountVisit, HostVisit, Visit, Who } from './visit.ts';

export interface AppOptions extends Pick<VisitTools, 'worker' | 'words' | 'now' | 'timeZone'> {
  readonly routes: readonly Route[];
  readonly assets: Assets;
  readonly reports: ReportFiles;
  /** Folder of the views. */
  readonly views: string;
  /** Where the pages are reached; the first is where they are at home. All share one path. */
  readonly urls: readonly [URL, ...URL[]];
  /** Told about what nobody expected, under the id that the page shows. */
  readonly onFault: (error: unknown, id: string) => void;
}

interface Tools extends VisitTools, SendTools {
  readonly onFault: AppOptions['onFault'];
  readonly reports: ReportFiles;
}

/** What is in no table is not found, whoever asks; whoever is signed in still has the way back. */
const nowhere: Route = {
  method: 'GET',
  path: '/',
  access: 'anyone',
  answer: async (visit) => errorWords('missing', 404, visit),
};

const formLimit = '256kb';
const fieldLimit = 5000;

/**
 * The pages. A request passes, in this order: headers, the guard, the assets, the table of routes (who is it? may it? is
 * the form from here?), its page; and ends as not found where no route is.
 * @throws {TypeError} when a route has no rule.
 */
export function createApp(options: AppOptions): Express {
  const [home] = options.urls;
  const isSecure = home.protocol === 'https:';
  const base = home.pathname.replace(/\/+$/, '');
  const cookies = openCookies(isSecure);
  const render = createRenderer(options.views, options.assets, base);
  const tools: Tools = { ...options, base, cookies, render };
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('trust proxy', false);
  app.use(
    securityHeaders(isSecure),
    guard(
      options.urls.map(({ origin }) => origin),
      tools,
    ),
  );
  app.use(`${base}/assets`, serveAsset(options.assets));
  app.use(express.urlencoded({ extended: false, limit: formLimit, parameterLimit: fieldLimit }));
  for (const route of checkRoutes(options.routes)) {
    app[route.method === 'GET' ? 'get' : 'post'](base + route.path, handle(route, tools));
  }
  app.use(handle(nowhere, tools));
  app.use((error: unknown, request: Request, response: Response, next: () => void) => {
    if (response.headersSent) return void response.destroy();
    void answerWith(tools, (visit) => unreadable(error, visit, tools))(request, response, next);
  });
  return app;
}

function guard(origins: readonly string[], tools: Tools): RequestHandler {
  return (request, response, next) => {
    const { host, origin, 'sec-fetch-site': fetchSite, 'content-type': contentType } = request.headers;
    response.setHeader('Cache-Control', 'no-store');
    const refusal = refuse(
      { method: request.method, host, origin, fetchSite: fetchSite?.toString(), contentType },
      origins,
    );
    if (refusal === undefined) return next();
    const status = { method: 405, host: 421, 'cross-site': 403, 'content-type': 415 }[refusal];
    return answerWith(tools, (visit) => errorWords('refused', status, visit))(request, response, next);
  };
}

/** A form that was too long or no form; anything else is a fault. */
function unreadable(error: unknown, visit: Visit, tools: Tools): Reply {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status < 500) return errorWords('refused', status, visit);
  return faultPage(error, visit, tools);
}

function handle(route: Route, tools: Tools): RequestHandler {
  return async (request, response) => {
    const signal = whenGone(response);
    const session = sessionOf(tools.cookies, request);
    const found = await findWho(session, tools, signal);
    const visit = createVisit(tools, request, found.who, signal);
    const token = found.who === undefined || session === undefined ? '' : makeFormToken(session);
    const sending = { request, response, visit, token };
    try {
      const reply = await admit(route, visit, found.error, { request, session, response, tools });
      await sendReply(reply, sending, tools);
    } catch (error) {
      if (signal.aborted) return;
      if (response.headersSent) return void response.destroy();
      await sendReply(
        isFailure(error, 'login-invalid')
          ? signInAgain(visit, request, response, tools)
          : faultPage(error, visit, tools),
        sending,
        tools,
      );
    }
  };
}

interface Admission {
  readonly request: Request;
  readonly response: Response;
  readonly session: string | undefined;
  readonly tools: Tools;
}

async function admit(route: Route, visit: Visit, problem: unknown, admission: Admission): Promise<Reply> {
  const { request, response, session, tools } = admission;
  if (route.access === 'anyone') return route.answer(visit);
  if (problem !== undefined) return faultPage(problem, visit, tools);
  if (visit.who === undefined) return signInAgain(visit, request, response, tools);
  if (route.method === 'POST' && (session === undefined || !isFormToken(session, visit.field('token')))) {
    return errorWords('refused', 403, visit);
  }
  if (!opens(route.access, visit.who)) return errorWords('missing', 404, visit);
  return answerRoute(route, visit, { who: visit.who, reports: tools.reports });
}

/** The route was found to be open to `who`. */
function answerRoute(
  route: Exclude<Route, { access: 'anyone' }>,
  visit: Visit,
  { who, reports }: Pick<HostVisit, 'who' | 'reports'>,
): Promise<Reply> {
  if (route.access === 'signed-in') return route.answer({ ...visit, who });
  if (route.access === 'admin') return route.answer({ ...visit, who, reports });
  return route.answer({ ...visit, who, account: who.account ?? '' } satisfies AccountVisit);
}

/** Whom a session belongs to; a worker that does not answer must not look like a session that has ended. */
async function findWho(
  session: string | undefined,
  tools: Tools,
  signal: AbortSignal,
): Promise<{ who: Who | undefined; error?: unknown }> {
  if (session === undefined) return { who: undefined };
  try {
    return { who: await createAsk(tools.worker, session, signal)({ kind: 'session' }) };
  } catch (error) {
    const isOver = isFailure(error, 'login-invalid') || isFailure(error, 'invalid-input');
    return isOver ? { who: undefined } : { who: undefined, error };
  }
}

/**
 * The page of whoever is not signed in, at the address that was asked for. The cookie is for this site alone, so a link
 * from elsewhere comes without it: then the page asks again by itself.
 */
function signInAgain(visit: Visit, request: Request, response: Response, { cookies }: Tools): Reply {
  if (request.headers['sec-fetch-site'] === 'cross-site' && request.method === 'GET') {
    return { kind: 'page', view: 'arrive', data: { title: visit.say('login.title') } };
  }
  response.append('Set-Cookie', cookies.write(rememberReturn(request.originalUrl)));
  const wasSignedIn = sessionOf(cookies, request) !== undefined;
  return loginPage(visit, wasSignedIn ? 'over' : undefined, 401);
}

function faultPage(error: unknown, visit: Visit, { onFault }: Tools): Reply {
  const id = randomBytes(4).toString('hex');
  if (!isFailure(error)) onFault(error, id);
  return errorPage(error, visit, id);
}

/** A page for nobody in particular. */
function answerWith(tools: Tools, answer: (visit: Visit) => Reply): RequestHandler {
  return async (request, response) => {
    const visit = createVisit(tools, request, undefined, whenGone(response));
    await sendReply(answer(visit), { request, response, visit, token: '' }, tools);
  };
}

function whenGone(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
