import { showPath } from '../domain/show-name.ts';
import type { PathBytes } from '../protocol/requests.ts';

const slash = 0x2f;

/** A path as it stands in an address or a form: base64url (RFC 4648 §5) of its bytes. */
export function toAddress(path: PathBytes): string {
  return Buffer.from(path, 'base64').toString('base64url');
}

/** @returns undefined for what is no such path. */
export function fromAddress(text: string | undefined): PathBytes | undefined {
  if (text === undefined || !/^[\w-]{0,6000}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64url').toString('base64');
}

/** A name of a database or a table as it stands in an address or a form: no browser changes it on the way. */
export function nameToAddress(name: string): string {
  return Buffer.from(name).toString('base64url');
}

/** @returns undefined for what is no such name. */
export function nameFromAddress(text: string | undefined): string | undefined {
  if (text === undefined || !/^[\w-]{1,400}$/.test(text)) return undefined;
  const name = Buffer.from(text, 'base64url').toString();
  return name.isWellFormed() && Buffer.byteLength(name) <= 256 ? name : undefined;
}

export function partsOf(path: PathBytes): Buffer[] {
  const bytes = Buffer.from(path, 'base64');
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(slash, start);
    parts.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    if (end < 0) break;
    start = end + 1;
  }
  return parts;
}

export function joinParts(parts: readonly Uint8Array[]): PathBytes {
  const pieces = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.of(slash), part]));
  return Buffer.concat(pieces).toString('base64');
}

/** @param name base64 of one part. */
export function childOf(folder: PathBytes, name: PathBytes): PathBytes {
  return joinParts([...partsOf(folder), Buffer.from(name, 'base64')]);
}

export function parentOf(path: PathBytes): PathBytes {
  return joinParts(partsOf(path).slice(0, -1));
}

/** Whether it is that folder, or below it. */
export function isWithin(path: PathBytes, folder: PathBytes): boolean {
  const outer = partsOf(folder);
  const inner = partsOf(path);
  return outer.length <= inner.length && outer.every((part, index) => part.equals(inner[index] ?? Buffer.alloc(0)));
}

/** A path for people: the folder it is in, with a slash behind it, and its name. */
export interface ShownPath {
  readonly folder: string;
  readonly name: string;
}

export function showParts(path: PathBytes): ShownPath {
  const parts = partsOf(path);
  const folder = showPath(parts.slice(0, -1));
  return { folder: folder === '' ? '' : `${folder}/`, name: visible(showPath(parts.slice(-1))) };
}

/** A name that would be seen as nothing stands in quotes. */
export function visible(shown: string): string {
  return /^[\s\u00ad]*$/u.test(shown) && shown !== '' ? `“${shown}”` : shown;
}

export function showWhole(path: PathBytes): string {
  return showPath(partsOf(path));
}
