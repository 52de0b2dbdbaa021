import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLine } from './read-line.ts';

const program = fileURLToPath(new URL('commands-in-one-process.ts', import.meta.url));

/** How a command ended. */
export interface Typed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Pipes {
  readonly requests: number;
  readonly answers: number;
}

let pipes: Pipes | undefined;

/** Types a command, and waits until it has ended, in a process that all commands of this test file share. */
export function typeInOneProcess(
  words: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): Typed {
  pipes ??= open();
  writeSync(pipes.requests, `${JSON.stringify({ words, environment })}\n`);
  const line = readLine(pipes.answers);
  if (line === undefined) throw new Error(`larder ${words.join(' ')} ended the process`);
  return JSON.parse(line) as Typed;
}

/** Named pipes: unlike those of a child, they can be waited for without an event loop. */
function open(): Pipes {
  const folder = mkdtempSync(join(tmpdir(), 'larder-pipes-'));
  const [requests, answers] = [openPipe(join(folder, 'requests')), openPipe(join(folder, 'answers'))];
  rmSync(folder, { recursive: true });
  const words = ['--disable-warning=ExperimentalWarning', program];
  const stdio = ['ignore', 'ignore', 'inherit', requests.reading, answers.writing] as const;
  spawn(process.execPath, words, { stdio: [...stdio], env: { ...process.env, UV_USE_IO_URING: '0' } }).unref();
  for (const theirs of [requests.reading, answers.writing]) closeSync(theirs);
  return { requests: requests.writing, answers: answers.reading };
}

function openPipe(path: string): { reading: number; writing: number } {
  execFileSync('mkfifo', ['-m', '600', path]);
  const both = openSync(path, 'r+'); // else each end would wait for the other
  const ends = { reading: openSync(path, 'r'), writing: openSync(path, 'w') };
  closeSync(both);
  return ends;
}
