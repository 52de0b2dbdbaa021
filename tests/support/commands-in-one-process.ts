/**
 * `larder` as it is, but one command after the other in this process: to start costs more than most of them do.
 *
 * Reads a line of JSON for each on descriptor 3, `{ words, environment }`, and answers with one on descriptor 4. Ends when
 * nobody can ask any more.
 */
import { writeSync } from 'node:fs';
import { readLine } from './read-line.ts';

interface Asked {
  readonly words: readonly string[];
  readonly environment: { readonly [name: string]: string };
}

const own = { ...process.env };
process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

let number = 0;
for (let line = readLine(3); line !== undefined; line = readLine(3)) {
  const answer = `${JSON.stringify(await type(JSON.parse(line) as Asked))}\n`;
  const bytes = Buffer.from(answer);
  for (let sent = 0; sent < bytes.length;) sent += writeSync(4, bytes, sent);
}

async function type({ words, environment }: Asked) {
  process.argv = [process.argv[0] ?? '', 'larder', ...words];
  process.env = { ...own, ...environment };
  process.exitCode = undefined;
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  try {
    number += 1;
    await import(`../../plugin/main-cli.ts?command=${number}`); // another name is another run
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(error instanceof Error ? (error.stack ?? '') : String(error));
  }
  return { status: Number(process.exitCode ?? 0), stdout: stdout(), stderr: stderr() };
}

/** @returns what gives all that was written since, and lets the stream be. */
function capture(stream: NodeJS.WriteStream): () => string {
  const parts: Buffer[] = [];
  const before = stream.write.bind(stream);
  stream.write = (part: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    parts.push(Buffer.from(part as string));
    const done = rest.find((word) => typeof word === 'function');
    if (done !== undefined) process.nextTick(done as () => void);
    return true;
  };
  return () => {
    stream.write = before;
    return Buffer.concat(parts).toString();
  };
}
