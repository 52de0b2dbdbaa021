import { showName, showPath } from '../domain/show-name.ts';
import type { PathBytes } from '../protocol/requests.ts';

/**
 * Text from elsewhere, safe on a terminal: control characters and marks of writing direction become escapes,
 * backslashes stay. For sentences and for names that `showName` has written already; unchanged when given twice.
 */
export function showText(text: string): string {
  return showName(text).replaceAll('\\\\', '\\');
}

/** The first 8 digits of an id, as people type it. */
export function shortId(id: string | undefined): string {
  const [moment] = /^\d{4}-\d{2}-\d{2}T\d{6}Z/.exec(id ?? '') ?? [];
  return showText(moment ?? (id ?? '').slice(0, 8));
}

/** A path of a request or an answer as people see it; the whole home is `.`. */
export function showPathBytes(path: PathBytes): string {
  return path === '' ? '.' : showPath(splitAtSlashes(Buffer.from(path, 'base64')));
}

function splitAtSlashes(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x2f); end !== -1; end = bytes.indexOf(0x2f, start)) {
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return [...parts, bytes.subarray(start)];
}
