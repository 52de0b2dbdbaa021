import { createInterface } from 'node:readline';

export interface Input {
  readonly stream: NodeJS.ReadableStream & { readonly readableEnded?: boolean };
  readonly isTerminal: boolean;
}

/** The next line of `input`; undefined when it ends first or `signal` says stop. */
export function readLine(input: Input, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted || input.stream.readableEnded === true) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const lines = createInterface({ input: input.stream, terminal: false });
    const stop = () => lines.close();
    signal.addEventListener('abort', stop, { once: true });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(undefined);
    });
  });
}

/** y, yes, ja, j, ναι, ν: in any language, so that habit does not fail. Everything else is no. */
export function isYes(line: string | undefined): boolean {
  return /^(y|yes|j|ja|ν|ναι|nai)$/iu.test(line?.trim() ?? '');
}
