/** Asks restored sites for their front pages: PHP runs each by itself, cut off from everything, and answers over a pipe. */
import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { AskerOrder, AskSite, NoSiteAsker, SiteAsker } from '../../contracts/site-asker.ts';
import { socketPlaces } from '../../domain/plan-site-probe.ts';
import { noRootExitCode, type ClosedRoot, type RootPart } from '../../platform/closed-root.ts';
import { findIsolation, isolate, type IsolatedProgram } from '../../platform/isolated-program.ts';
import { coverSockets } from '../../platform/live-sockets.ts';
import { runBounded, type BoundedRun } from '../../platform/run-bounded.ts';
import { findPhp, readExtensions } from './find-php.ts';
import { partsOfPhp } from './php-parts.ts';

const mebibyte = 1024 * 1024;
const answerBytes = 8 * mebibyte;
/** So many processes there may be besides those that the user has: each may take memory. */
const moreProcesses = 48;
/** Of the programs that lead to PHP, such as `setpriv`, when the user has more processes than he may since he was counted. */
const notStarted = [125, 126, 127, noRootExitCode];
/** For PHP to say what it can do, however busy the machine is. */
const trialSeconds = 120;

/** @throws {Failure} `cancelled`. */
export async function openSiteAsker(order: AskerOrder, signal: AbortSignal): Promise<SiteAsker | NoSiteAsker> {
  const found = findPhp(order.php);
  if (found === undefined) return 'no-php';
  const php = realpathSync(found);
  if (!order.sandbox.hasOwnUser || (await findIsolation()) !== 'namespaces') return 'no-isolation';
  const run = (words: readonly string[], seconds: number): Promise<BoundedRun> => {
    const root = rootFor(order, php, seconds);
    const program = isolate(timed(seconds, words), 'namespaces', order.sandbox, { root });
    return runBounded(program, { milliseconds: seconds * 1000, outputBytes: answerBytes }, signal);
  };
  const tried = await run([php, ...settings, '-m'], trialSeconds);
  if (tried.exitCode === noRootExitCode) return 'no-isolation';
  if (tried.exitCode !== 0) return 'no-php';
  return {
    extensions: readExtensions(tried.output.toString()),
    async ask(site) {
      const { output, ...ended } = await run([...variablesOf(order, site), php, ...settings], order.seconds);
      // A site that ends with such a code itself has written a header.
      const wasStarted = output.length > 0 || !notStarted.includes(ended.exitCode ?? 0);
      return { ...ended, wasStarted, output: output.toString('latin1') };
    },
  };
}

/** It ends by itself too, should nobody be left who could end it. */
function timed(seconds: number, words: readonly string[]): IsolatedProgram {
  return { command: 'timeout', words: ['--signal=KILL', String(seconds + 5), 'env', '-i', ...words] };
}

/** As the site sees its home: where it always was, unless a part of the system has to be seen there. */
function homeInside({ home }: AskerOrder): string {
  const isTaken = /^\/(?:usr|bin|sbin|lib\w*|opt|etc|dev|proc|run|tmp|own|var\/(?:run|tmp|lib\/mysql))(?:\/|$)/.test(
    home,
  );
  return isTaken || home === '/' ? '/home/site' : home;
}

function rootFor(order: AskerOrder, php: string, seconds: number): ClosedRoot {
  const { sandbox, socket } = order;
  const base: RootPart[] = [
    { kind: 'folder', at: '/tmp' },
    { kind: 'link', from: '../tmp', at: '/var/tmp' },
    { kind: 'link', from: '../run', at: '/var/run' },
    { kind: 'changeable', from: sandbox.files, at: homeInside(order) },
  ];
  const sockets = socket === undefined ? [] : socketsAt(socket);
  const system = partsOfPhp(php);
  return {
    parts: [...system, ...coverSockets(system), ...base, ...sockets],
    limits: {
      processes: tasksOf(sandbox.uid) + moreProcesses,
      memoryBytes: 768 * mebibyte,
      cpuSeconds: seconds + 1,
      memoryFiles: 192 * mebibyte,
    },
  };
}

/** `/var/run` leads to `/run`. */
function socketsAt(socket: string): RootPart[] {
  const places = socketPlaces.filter((path) => !path.startsWith('/var/run/'));
  return places.map((at) => ({ kind: 'open', from: socket, at }));
}

/** Processes and threads of a user: its limit counts all of them. */
function tasksOf(uid: number): number {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map((id) => readTasks(id, uid)).reduce((sum, count) => sum + count, 0);
}

function readTasks(id: string, uid: number): number {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    if (/^Uid:\t(\d+)/m.exec(status)?.[1] !== String(uid)) return 0;
    return Number(/^Threads:\t(\d+)/m.exec(status)?.[1] ?? 1);
  } catch {
    return 0; // it has ended since
  }
}

/**
 * The extensions that PHP has here, and nothing else of how it is set up. `open_basedir` and the like are no barriers: what is not
 * to be reached is not there.
 */
const settings = [
  '-c',
  '/nonexistent.ini',
  ...Object.entries({
    'mysqli.default_socket': '/run/mysqld/mysqld.sock',
    'pdo_mysql.default_socket': '/run/mysqld/mysqld.sock',
    'cgi.force_redirect': '0',
    'cgi.fix_pathinfo': '1',
    memory_limit: '256M',
    display_errors: '0',
    log_errors: '1',
    html_errors: '0',
    'zend.exception_ignore_args': '1',
    sendmail_path: '/bin/true',
    'opcache.enable': '0',
    expose_php: '0',
    'session.save_path': '/tmp',
    upload_tmp_dir: '/tmp',
    default_socket_timeout: '5',
  }).flatMap(([name, value]) => ['-d', `${name}=${value}`]),
];

/** RFC 3875, as web servers give it. */
function variablesOf(order: AskerOrder, { folder, address, script }: AskSite): string[] {
  const root = posix.join(homeInside(order), folder);
  const { name, path } = address;
  const [host = '', port] = name.host.split(':');
  const variables = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: '/tmp',
    GATEWAY_INTERFACE: 'CGI/1.1',
    REDIRECT_STATUS: '200',
    SERVER_SOFTWARE: 'Larder',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_NAME: host,
    SERVER_ADDR: '127.0.0.1',
    SERVER_PORT: port ?? (name.isSecure ? '443' : '80'),
    REMOTE_ADDR: '127.0.0.1',
    REQUEST_METHOD: 'GET',
    REQUEST_URI: path,
    QUERY_STRING: path.split('?').slice(1).join('?'),
    SCRIPT_NAME: `/${script}`,
    SCRIPT_FILENAME: join(root, script),
    DOCUMENT_ROOT: root,
    HTTP_HOST: name.host,
    HTTP_ACCEPT: 'text/html,*/*;q=0.8',
    HTTP_USER_AGENT: 'Mozilla/5.0 (compatible; Larder drill)',
    ...(name.isSecure ? { HTTPS: 'on' } : {}),
  };
  return Object.entries(variables).map(([key, value]) => `${key}=${value}`);
}
