/** The command line and all that it needs: argv in, exit code out. Wiring only. */
import type { WriteStream } from 'node:tty';
import type { DestinationEditor } from './cli/destination-editor.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import type { Output } from './cli/screen.ts';
import type { Files, Surroundings } from './cli/surroundings.ts';
import { Failure } from './domain/failure.ts';
import { findPeople, type People } from './main-people.ts';
import { systemClock } from './platform/clock.ts';
import { readEnvironment, type Environment } from './platform/environment.ts';
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
function openLater(open: () => WriteStream): LateStream {
  let opened: WriteStream | undefined;
  return {
    open: () => (opened ??= open().on('error', () => {})),
    written: () => new Promise((resolve) => (opened === undefined ? resolve() : opened.write('', () => resolve()))),
  };
}

interface LateStream {
  open(): WriteStream;
  /** Resolves when all that was written has gone to the reader, or nobody reads it. */
  written(): Promise<void>;
}

const stdout = openLater(() => process.stdout);
const stderr = openLater(() => process.stderr);

function toOutput(descriptor: number, stream: LateStream): Output {
  return {
    write: (text) => stream.open().write(text),
    isTerminal: isatty(descriptor),
    get columns() {
      return stream.open().columns;
    },
  };
}

/** Bytes on the way to a reader that may be slow. One that has gone is told: nobody wants the rest. */
function writeToStdout(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.open().write(bytes, (cause) => {
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
function findWorkingDirectory(environment: Environment): string {
  try {
    return process.cwd();
  } catch {
    return environment['PWD'] ?? '/';
  }
}

/** Few commands change the configuration: what that takes is loaded for them alone. */
function openDestinationsLater(environment: Environment): DestinationEditor {
  const open = async () => (await import('./main-destinations.ts')).openDestinationEditor(environment);
  return {
    planAdd: async (fields) => (await open()).planAdd(fields),
    add: async (fields, options) => (await open()).add(fields, options),
    planRemove: async (name) => (await open()).planRemove(name),
    remove: async (name) => (await open()).remove(name),
  };
}

const files: Files = {
  look: lookAtPath,
  openPart: async (path, identity, continues) => {
    const { openPartFile } = await import('./platform/part-file.ts');
    return openPartFile(path, identity, continues);
  },
  readSmall: async (path, option) => (await import('./platform/secret-files.ts')).readSmallFile(path, option),
  createPrivate: async (path, text) => (await import('./platform/secret-files.ts')).createPrivateFile(path, text),
};

/** The standard streams; input is opened when it is read. */
function openStreams(): Surroundings['streams'] {
  return {
    stdin: {
      get stream() {
        return process.stdin;
      },
      isTerminal: isatty(0),
    },
    stdout: toOutput(1, stdout),
    stderr: toOutput(2, stderr),
  };
}

interface Command {
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly version: string;
  readonly people: People;
  readonly signal: AbortSignal;
}

function toSurroundings({ argv, environment, version, people, signal }: Command): Surroundings {
  return {
    argv,
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
    files,
    destinations: openDestinationsLater(environment),
    renderPdf: async (document) => {
      const { renderPdf } = await import('./reports/render-pdf.ts');
      return renderPdf(document);
    },
    writeBytes: writeToStdout,
    streams: openStreams(),
    environment,
    clock: systemClock,
    localTime: readLocalTime,
    /** Finding it out takes longer than all else that a short command does. */
    get timeZone() {
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    workingDirectory: findWorkingDirectory(environment),
    loadTexts: (language, page) => readJson(`../locales/${language}/${page}.json`),
    version,
    signal,
  };
}

/** Does what the words on the command line ask for. @returns whether nothing of it is left to do in this process. */
export async function runCommand(): Promise<boolean> {
  const argv = process.argv.slice(2);
  const environment = readEnvironment();
  const version = readVersion();
  const signal = listenForStop();
  const people = findPeople(environment, `larder ${version}`);
  // Root's first words may be the ones that make the socket.
  if (process.getuid?.() !== 0) await people.hurry(argv, signal);
  process.exitCode = await runCommandLine(toSurroundings({ argv, environment, version, people, signal }));
  const isDone = await people.close();
  await Promise.all([stdout.written(), stderr.written()]);
  return isDone && !signal.aborted; // else what was said last may still be on its way
}
