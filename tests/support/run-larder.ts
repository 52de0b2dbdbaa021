import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { runCommandLine } from '../../plugin/cli/run-command-line.ts';
import type { LocalTime } from '../../plugin/domain/local-time.ts';
import { openWallClock } from '../../plugin/domain/wall-clock.ts';
import type { DestinationEditor } from '../../plugin/cli/destination-editor.ts';
import type { Files } from '../../plugin/cli/surroundings.ts';
import type { LoadTexts } from '../../plugin/cli/texts.ts';
import type { Answers, Performer, Progress, Request } from '../../plugin/protocol/requests.ts';
import { recordedEditor } from './recorded-editor.ts';
import { recordedAnswers } from './recorded-answers.ts';

export interface Typed {
  /** Answers that differ from the recorded ones. */
  readonly answers?: Partial<Answers>;
  /** Thrown instead of any answer. */
  readonly failure?: Error;
  /** What is thrown instead of the answer to one kind of request. */
  readonly failsAt?: (kind: Request['kind']) => Error | undefined;
  /** Sent before each answer, 100 ms apart. */
  readonly progress?: readonly Progress[];
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly environment?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
  /** The account whose own socket answers; else it is root who types. */
  readonly own?: string;
  /** The configuration that was changed since the worker read it. */
  readonly outdated?: string;
  /** Whether a worker answers; it does unless told otherwise. */
  readonly isWorker?: boolean;
  readonly workingDirectory?: string;
  /** Told when the zone is asked for, which on a server takes a while to find out. */
  readonly onTimeZone?: () => void;
  /** What a download sends. */
  readonly zip?: Uint8Array;
  readonly files?: Files;
  readonly destinations?: DestinationEditor;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that went to standard output as they are. */
  readonly bytes: Uint8Array;
  readonly requests: readonly Request[];
}

/** Types `larder …argv` at a server that gives recorded answers, on Friday 20 November 2026, 12:04 in Athens. */
export async function runLarder(argv: readonly string[], typed: Typed = {}): Promise<Outcome> {
  const requests: Request[] = [];
  const written = { stdout: '', stderr: '' };
  const { isTerminal = false, columns } = typed;
  const performer = createPerformer(typed, requests);
  const bytes: Buffer[] = [];
  let elapsed = 0;
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTerminal,
    columns,
  });
  const exitCode = await runCommandLine({
    argv,
    connect: () => {
      const { own: account, isWorker = true, outdated } = typed;
      return Promise.resolve({ performer, account, isWorker, outdated });
    },
    reconnect: () => Promise.resolve({ performer, account: typed.own, isWorker: true }),
    performHere: () => Promise.resolve(performer),
    serveWorker: () => Promise.resolve(),
    serveWeb: () => Promise.resolve(),
    homeOf: (account) => Promise.resolve([`/srv/homes/${account}`]),
    files: typed.files ?? noFiles,
    destinations: typed.destinations ?? recordedEditor,
    renderPdf: () => Promise.resolve(Buffer.from('%PDF-')),
    writeBytes: (part) => Promise.resolve(void bytes.push(Buffer.from(part))),
    streams: {
      stdin: { stream: Readable.from([typed.stdin ?? '']), isTerminal },
      stdout: output('stdout'),
      stderr: output('stderr'),
    },
    environment: { LANG: 'en_US.UTF-8', TERM: 'xterm', ...typed.environment },
    clock: { now: () => new Date('2026-11-20T10:04:00Z'), elapsedMilliseconds: () => (elapsed += 500) },
    get timeZone() {
      typed.onTimeZone?.();
      return athens;
    },
    localTime: localTimeIn(athens),
    workingDirectory: typed.workingDirectory ?? '/root/work',
    loadTexts,
    version: '1.2.3',
    signal: typed.signal ?? new AbortController().signal,
  });
  return { exitCode, ...written, bytes: Buffer.concat(bytes), requests };
}

const athens = 'Europe/Athens';

/** What clocks show in `timeZone`, whatever the zone of the tests. */
export function localTimeIn(timeZone: string): (instant: number) => LocalTime {
  const clock = openWallClock(timeZone);
  return (instant) => {
    const shown = new Date(clock.showsAt(instant));
    return {
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      weekday: shown.getUTCDay(),
      hour: shown.getUTCHours(),
      minute: shown.getUTCMinutes(),
    };
  };
}

export const loadTexts: LoadTexts = (language, page): unknown =>
  JSON.parse(readFileSync(new URL(`../../locales/${language}/${page}.json`, import.meta.url), 'utf8'));

const noFiles: Files = {
  look: () => 'nothing',
  openPart: () =>
    Promise.resolve({
      size: 0,
      write: () => Promise.resolve(),
      finish: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  readSmall: () => Promise.resolve(Buffer.alloc(0)),
  createPrivate: () => Promise.resolve(),
};

function createPerformer(typed: Typed, requests: Request[]): Performer {
  const { answers, failure, progress = [] } = typed;
  return {
    download: async (request, sink) => {
      requests.push(request);
      await sink(typed.zip ?? Buffer.from('PK'));
      const thrown = failure ?? typed.failsAt?.(request.kind);
      if (thrown !== undefined) throw thrown;
      return { ...recordedAnswers, ...answers }.download;
    },
    perform: (request, onProgress) => {
      requests.push(request);
      const thrown = failure ?? typed.failsAt?.(request.kind);
      progress.forEach(onProgress);
      if (thrown !== undefined) return Promise.reject(thrown);
      return Promise.resolve({ ...recordedAnswers, ...answers }[request.kind]);
    },
  };
}
