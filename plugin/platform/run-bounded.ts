import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { IsolatedProgram } from './isolated-program.ts';
import { killChildren } from './kill-children.ts';

export interface Bounds {
  readonly milliseconds: number;
  /** Of what it may write to its output. */
  readonly outputBytes: number;
}

/** How a program ended that could not be trusted to end. */
export interface BoundedRun {
  readonly output: Buffer;
  /** The beginning of what it wrote to standard error. */
  readonly errors: string;
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly cut: 'silent' | 'endless' | undefined;
}

const errorBytes = 16 * 1024;
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Runs an isolated program with processes of its own, and ends all of them when it takes too long or writes too much. When
 * this resolves none of them is there any more.
 * @throws what the signal was aborted with.
 */
export async function runBounded(
  { command, words }: IsolatedProgram,
  { milliseconds, outputBytes }: Bounds,
  signal: AbortSignal,
): Promise<BoundedRun> {
  signal.throwIfAborted();
  const child = spawn(command, [...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
  let cut: BoundedRun['cut'];
  let killing: NodeJS.Timeout | undefined;
  const end = (why?: BoundedRun['cut']): void => {
    cut ??= why;
    killChildren(child);
    killing ??= setInterval(() => killChildren(child), 20); // it may have been about to start the first
  };
  const stop = (): void => end();
  const timer = setTimeout(() => end('silent'), milliseconds);
  signal.addEventListener('abort', stop);
  try {
    const output = keepBeginning(child.stdout, outputBytes, () => end('endless'));
    const errors = keepBeginning(child.stderr, errorBytes);
    const exitCode = await ended(child);
    signal.throwIfAborted();
    return { output: output(), errors: errors().toString(), exitCode, cut };
  } finally {
    clearTimeout(timer);
    clearInterval(killing);
    signal.removeEventListener('abort', stop);
  }
}

/** Reads on and throws away what is too much. */
function keepBeginning(stream: Readable, most: number, onMore = (): void => {}): () => Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (bytes: Buffer) => {
    if (length < most) parts.push(bytes.subarray(0, most - length));
    length += bytes.length;
    if (length > most) onMore();
  });
  return () => Buffer.concat(parts);
}

/** Its streams close with the last process that holds them. */
function ended(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? undefined));
  });
}
