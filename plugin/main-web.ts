/** The web app: pages, served to browsers, which ask the worker and nothing else. Wiring only. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Log } from './contracts/log.ts';
import type { Configuration } from './domain/configuration.ts';
import { Failure } from './domain/failure.ts';
import { systemClock } from './platform/clock.ts';
import { loadConfiguration } from './platform/configuration.ts';
import { connectSocket } from './platform/connect-socket.ts';
import type { Environment } from './platform/environment.ts';
import { findGroup } from './platform/find-group.ts';
import { listenHttp, passedPlaces, type HttpPlace, type HttpServer } from './platform/listen-http.ts';
import { openLog } from './platform/log.ts';
import { openReportFiles } from './main-report-files.ts';
import { connectPerformer } from './protocol/client.ts';
import { readAssets, type Assets } from './web/assets.ts';
import { createApp } from './web/create-app.ts';
import { routes } from './web/routes.ts';
import { openWords } from './web/words.ts';
import { openWorkerLink, type WorkerLink } from './web/worker-link.ts';

export interface WebOptions {
  readonly environment: Environment;
  /** Aborted when the web app shall end. */
  readonly signal: AbortSignal;
  /** Undefined: standard error. */
  readonly log?: Log;
}

const farewellMilliseconds = 5000;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Serves the pages until the signal fires, wherever the configuration and the service manager say. It needs no rights but
 * to reach the worker's socket; what it does not get from there it does not know.
 * @throws {Failure} `configuration-missing`, `configuration-invalid`, `instance-running`.
 */
export async function serveWeb({ environment, signal, log = openLog() }: WebOptions): Promise<void> {
  const configuration = loadConfiguration(environment);
  const places = placesOf(configuration, environment);
  const worker = openWorkerLink(
    () => connectPerformer(() => connectSocket(`${configuration.run}/worker.sock`)),
    () => systemClock.elapsedMilliseconds(),
  );
  const servers = await openServers(places, { configuration, worker, assets: readOwnAssets(log), log });
  try {
    log.info('web-ready', { url: configuration.web.url, places: places.length });
    await aborted(signal);
    log.info('web-stopping', {});
  } finally {
    await Promise.all(servers.map((server) => server.close(farewellMilliseconds)));
    worker.close();
    log.info('web-stopped', {});
  }
}

interface Serving {
  readonly configuration: Configuration;
  readonly worker: WorkerLink;
  readonly assets: Assets;
  readonly log: Log;
}

/** A port is known only when it is open, and addresses only then: the app of each place comes second. */
async function openServers(places: readonly HttpPlace[], serving: Serving): Promise<HttpServer[]> {
  const servers: HttpServer[] = [];
  for (const place of places) {
    const pages: { app?: ReturnType<typeof createApp> } = {};
    const server = await listenHttp(place, (request, response) => {
      if (pages.app === undefined) response.writeHead(503).end();
      else pages.app(request, response);
    });
    pages.app = appFor(urlsOf(serving.configuration, place, server.port), serving);
    servers.push(server);
  }
  return servers;
}

function appFor(urls: readonly [URL, ...URL[]], { worker, assets, log }: Serving): ReturnType<typeof createApp> {
  return createApp({
    routes,
    assets,
    views: here('../views'),
    urls,
    worker,
    reports: openReportFiles(),
    words: openWords((language, page) => readJson(`../locales/${language}/${page}.json`)),
    now: () => systemClock.now(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    onFault: (error, id) => log.error('page-broke', { error, id }),
  });
}

function placesOf({ file, run, web }: Configuration, environment: Environment): HttpPlace[] {
  const places: HttpPlace[] = passedPlaces(environment, process.pid);
  if (web.socket !== undefined) places.push({ kind: 'socket', path: web.socket, group: findGroup(web.group) });
  if (web.listen !== undefined) places.push({ kind: 'port', ...web.listen });
  if (places.length > 0) return places;
  const problem = `[web] says nowhere to serve the pages of ${run}`;
  throw new Failure('configuration-invalid', {
    file,
    line: 0,
    problem,
    hint: 'add listen = "127.0.0.1:7600" to [web]',
  });
}

/** What the browser shows in its address bar; without `url`, the loopback port itself. */
function urlsOf({ web }: Configuration, place: HttpPlace, port: number | undefined): [URL, ...URL[]] {
  if (web.url !== undefined) return [new URL(web.url)];
  if (place.kind !== 'port') return [new URL('http://localhost')];
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return [new URL(`http://${host}:${port}`), new URL(`http://localhost:${port}`)];
}

/** Node calls taking types away an experiment; whoever runs the pages need not hear of it. */
function readOwnAssets(log: Log): Assets {
  const before = process.listeners('warning');
  process.removeAllListeners('warning');
  const tell = (warning: Error): void => {
    if (!warning.message.includes('stripTypeScriptTypes')) log.warn('node-warns', { error: warning });
  };
  process.on('warning', tell);
  try {
    return readAssets(here('./web'));
  } finally {
    for (const listener of before) if (listener.name !== 'onWarning') process.on('warning', listener);
  }
}

function readJson(path: string): object {
  return JSON.parse(readFileSync(here(path), 'utf8')) as object;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
