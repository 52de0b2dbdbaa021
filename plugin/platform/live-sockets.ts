import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RootPart } from './closed-root.ts';

/** Sockets on which somebody listens below what is shown, covered: that it can only be read keeps nobody from calling them. */
export function coverSockets(parts: readonly RootPart[]): RootPart[] {
  const sockets = new Set(readSockets().flatMap(realPath));
  return parts.flatMap((part) => {
    if (part.kind !== 'shown') return [];
    const below = [...sockets].filter((path) => path === part.from || path.startsWith(`${part.from}/`));
    return below.map((path): RootPart => ({ kind: 'covered', at: part.at + path.slice(part.from.length) }));
  });
}

/** Of unix(7): seven columns, and a path where there is one. */
function readSockets(): string[] {
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .flatMap((line) => /^(?:\S+ +){6} *\S+ (\/.*)$/.exec(line)?.[1] ?? []);
}

function realPath(path: string): string[] {
  try {
    return [join(realpathSync(dirname(path)), basename(path))];
  } catch {
    return []; // it is gone
  }
}
