import type { WriteStream } from 'node:tty';
import type { DestinationEditor } from './cli/destination-editor.ts';
import type { Output } from './cli/screen.ts';
import { Failure } from './domain/failure.ts';
import { findPeople } from './main-people.ts';
import { systemClock } from './platform/clock.ts';
import { readEnvironment } from './platform/environment.ts';
import { readLocalTime } from './platform/local-time.ts';
import { lookAtPath } from './platform/look-at-path.ts';

// An `import` of a module of Node's loads all that it could ever do: of these that takes longer than `larder status`.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { isatty } = process.getBuiltinModule('node:tty');

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

function readVersion(): string {
  const description = readJson('../package.json');
  const isKnown = typeof description === 'object' && description !== null && 'version' in description;
  return isKnown ? String(description.version) : '';
}

/**
 * A stream that is opened at the first word: many commands say nothing on one of the two. A reader who has seen enough
 * (`larder list | head`) must not end a backup: what cannot be written is dropped.
 */
function openLater(open: () => WriteStream): () => WriteStream {
  let opened: WriteStream | undefined;
  return () => (opened ??= open().on('error', () => {}));
}

const openStdout = openLater(() => process.stdout);
const openStderr = openLater(() => process.stderr);

function toOutput(descriptor: number, stream: () => WriteStream): Output {
  return {
    write: (text) => stream().write(text),
    isTerminal: isatty(descriptor),
    get columns() {
      return stream().columns;
    },
  };
}

/** Bytes on the way to a reader that may be slow. One that has gone is told: nobody wants the rest. */
function writeToStdout(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    openStdout().write(bytes, (cause) => {
      if (cause) reject(new Failure('cancelled', { action: 'download' }, { cause }));
      else resolve();
    });
  });
}

/** The first Ctrl-C lets the work end cleanly; the second ends the process. */
function listenForStop(): AbortSignal {
  const controller = new AbortController();
  const stop = () => (controller.signal.aborted ? process.exit(130) : controller.abort());
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  return controller.signal;
}

/** Where the person stands, also when that folder was deleted: perhaps it shall be brought back. */
function findWorkingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return environment['PWD'] ?? '/';
  }
}

/** Few commands change the configuration: what that takes is loaded for them alone. */
function openDestinationsLater(): DestinationEditor {
  const open = async () => (await import('./main-destinations.ts')).openDestinationEditor(environment);
  return {
    planAdd: async (fields) => (await open()).planAdd(fields),
    add: async (fields, options) => (await open()).add(fields, options),
    planRemove: async (name) => (await open()).planRemove(name),
    remove: async (name) => (await open()).remove(name),
  };
}

const environment = readEnvironment();
const version = readVersion();
const signal = listenForStop();
const people = findPeople(environment, `larder ${version}`);
// Root's first words may be the ones that make the socket.
if (process.getuid?.() !== 0) await people.hurry(process.argv.slice(2), signal);

const { runCommandLine } = await import('./cli/run-command-line.ts');
process.exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  connect: () => people.connect(),
  reconnect: (stop) => people.reconnect(stop),
  performHere: () => people.performHere(),
  homeOf: (account) => people.homeOf(account),
  serveWorker: async () => {
    const { serveWorker } = await import('./main-worker.ts');
    return serveWorker({ environment, programVersion: `larder ${version}`, signal });
  },
  serveWeb: async () => {
    const { serveWeb } = await import('./main-web.ts');
    return serveWeb({ environment, signal });
  },
  files: {
    look: lookAtPath,
    openPart: async (path, identity, continues) => {
      const { openPartFile } = await import('./platform/part-file.ts');
      return openPartFile(path, identity, continues);
    },
    readSmall: async (path, option) => (await import('./platform/secret-files.ts')).readSmallFile(path, option),
    createPrivate: async (path, text) => (await import('./platform/secret-files.ts')).createPrivateFile(path, text),
  },
  destinations: openDestinationsLater(),
  renderPdf: async (document) => {
    const { renderPdf } = await import('./reports/render-pdf.ts');
    return renderPdf(document);
  },
  writeBytes: writeToStdout,
  streams: {
    stdin: {
      get stream() {
        return process.stdin;
      },
      isTerminal: isatty(0),
    },
    stdout: toOutput(1, openStdout),
    stderr: toOutput(2, openStderr),
  },
  environment,
  clock: systemClock,
  localTime: readLocalTime,
  /** Finding it out takes longer than all else that a short command does. */
  get timeZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
  workingDirectory: findWorkingDirectory(),
  loadTexts: (language, page) => readJson(`../locales/${language}/${page}.json`),
  version,
  signal,
});
await people.close();
