import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { runCommandLine } from '../../plugin/cli/run-command-line.ts';
import type { LoadTexts } from '../../plugin/cli/texts.ts';
import type { Answers, Performer, Progress, Request } from '../../plugin/protocol/requests.ts';
import { recordedAnswers } from './recorded-answers.ts';

export interface Typed {
  /** Answers that differ from the recorded ones. */
  readonly answers?: Partial<Answers>;
  /** Thrown instead of any answer. */
  readonly failure?: Error;
  /** Sent before each answer, 100 ms apart. */
  readonly progress?: readonly Progress[];
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly environment?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly Request[];
}

/** Types `larder …argv` at a server that gives recorded answers, on Friday 20 November 2026, 12:04 in Athens. */
export async function runLarder(argv: readonly string[], typed: Typed = {}): Promise<Outcome> {
  const requests: Request[] = [];
  const written = { stdout: '', stderr: '' };
  const { isTerminal = false, columns } = typed;
  let elapsed = 0;
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTerminal,
    columns,
  });
  const exitCode = await runCommandLine({
    argv,
    performer: () => Promise.resolve(createPerformer(typed, requests)),
    streams: {
      stdin: { stream: Readable.from([typed.stdin ?? '']), isTerminal },
      stdout: output('stdout'),
      stderr: output('stderr'),
    },
    environment: { LANG: 'en_US.UTF-8', TERM: 'xterm', ...typed.environment },
    clock: { now: () => new Date('2026-11-20T10:04:00Z'), elapsedMilliseconds: () => (elapsed += 500) },
    timeZone: 'Europe/Athens',
    workingDirectory: '/root/work',
    loadTexts,
    version: '1.2.3',
    signal: typed.signal ?? new AbortController().signal,
  });
  return { exitCode, ...written, requests };
}

export const loadTexts: LoadTexts = async (language, page): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../locales/${language}/${page}.json`, import.meta.url), 'utf8'));

function createPerformer({ answers, failure, progress = [] }: Typed, requests: Request[]): Performer {
  return {
    perform: (request, onProgress) => {
      requests.push(request);
      if (failure !== undefined) return Promise.reject(failure);
      progress.forEach(onProgress);
      return Promise.resolve({ ...recordedAnswers, ...answers }[request.kind]);
    },
  };
}
