import { Failure } from '../domain/failure.ts';
import { showName } from '../domain/show-name.ts';
import type { PathBytes } from '../protocol/requests.ts';

/**
 * A path in a request as components below the home. An absolute path is taken when it lies in the home.
 * @throws {Failure} `path-outside-home` when it leads out or has `..` in it.
 */
export function parseHomePath(path: PathBytes, home: string): Buffer[] {
  const bytes = Buffer.from(path, 'base64');
  const parts = split(bytes);
  const isAbsolute = bytes[0] === 0x2f;
  const inside = isAbsolute ? belowHome(parts, home) : parts;
  const leadsOut = inside === undefined || inside.some((part) => part.equals(parentFolder) || part.includes(0));
  if (leadsOut) throw new Failure('path-outside-home', { path: showName(bytes), home });
  return inside;
}

/** The path of these components. */
export function joinPath(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
}

const parentFolder = Buffer.from('..');
const sameFolder = Buffer.from('.');

function belowHome(parts: readonly Buffer[], home: string): Buffer[] | undefined {
  const prefix = split(Buffer.from(home));
  const matches = prefix.every((part, index) => parts[index]?.equals(part) === true);
  return matches ? parts.slice(prefix.length) : undefined;
}

function split(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start <= bytes.length;) {
    const end = bytes.indexOf(0x2f, start);
    const part = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (part.length > 0 && !part.equals(sameFolder)) parts.push(part);
    if (end < 0) break;
    start = end + 1;
  }
  return parts;
}
