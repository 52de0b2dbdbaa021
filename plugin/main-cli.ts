import { readFile } from 'node:fs/promises';
import { cwd, stderr, stdin, stdout } from 'node:process';
import type { WriteStream } from 'node:tty';
import { runCommandLine } from './cli/run-command-line.ts';
import type { Output } from './cli/screen.ts';
import { systemClock } from './platform/clock.ts';
import { readEnvironment } from './platform/configuration.ts';
import type { OpenPerformer } from './main-performer.ts';

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'));
}

async function readVersion(): Promise<string> {
  const description = await readJson('../package.json');
  const isKnown = typeof description === 'object' && description !== null && 'version' in description;
  return isKnown ? String(description.version) : '';
}

/** A reader who has seen enough (`larder list | head`) must not end a backup: what cannot be written is dropped. */
function toOutput(stream: WriteStream): Output {
  stream.on('error', () => {});
  return {
    write: (text) => stream.write(text),
    isTerminal: stream.isTTY,
    get columns() {
      return stream.columns;
    },
  };
}

/** The first Ctrl-C lets the work end cleanly; the second ends the process. */
function listenForStop(): AbortSignal {
  const controller = new AbortController();
  const stop = () => (controller.signal.aborted ? process.exit(130) : controller.abort());
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  return controller.signal;
}

const environment = readEnvironment();
const version = await readVersion();
let performer: OpenPerformer | undefined;

/** Help and mistakes in the command line need no engine: it is loaded when the first request comes. */
async function openPerformer(): Promise<OpenPerformer> {
  const wiring = await import('./main-performer.ts');
  performer = wiring.openPerformer({ environment, programVersion: `larder ${version}` });
  return performer;
}

process.exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  performer: openPerformer,
  streams: {
    stdin: { stream: stdin, isTerminal: stdin.isTTY },
    stdout: toOutput(stdout),
    stderr: toOutput(stderr),
  },
  environment,
  clock: systemClock,
  /** Finding it out takes longer than all else that a command without times does. */
  get timeZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
  workingDirectory: cwd(),
  loadTexts: (language, page) => readJson(`../locales/${language}/${page}.json`),
  version,
  signal: listenForStop(),
});
await performer?.close();
