/** Changes `[[destinations]]` in the text of a settings file, and nothing else: comments and order stay. */
import { headersOf, type TableHeader } from './toml-document.ts';

export type DestinationFields = readonly (readonly [key: string, value: string])[];

const numbers: readonly string[] = ['lock_days', 'port', 'bandwidth_mb', 'parallel', 'cache_mb'];
const flags: readonly string[] = ['path_style'];

/** The lines of a new destination, as they will stand in the file. */
export function renderDestination(fields: DestinationFields): string[] {
  return ['[[destinations]]', ...fields.map(([key, value]) => `${key} = ${renderValue(key, value)}`)];
}

/** What is no number or flag stands in quotes, so that reading it again says what is wrong with it. */
function renderValue(key: string, value: string): string {
  const isBare =
    (numbers.includes(key) && /^(0|[1-9]\d*)$/.test(value)) || (flags.includes(key) && /^(true|false)$/.test(value));
  return isBare ? value : JSON.stringify(value);
}

/** Behind everything that is there. */
export function appendLines(text: string, lines: readonly string[]): string {
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${end}${text === '' ? '' : '\n'}${lines.join('\n')}\n`;
}

export interface CutText {
  readonly text: string;
  readonly removed: readonly string[];
}

/**
 * Without the destination at `index`. Comments before what follows stay with that.
 * @returns undefined where it is not written as a table of its own.
 */
export function cutDestination(text: string, index: number): CutText | undefined {
  const headers = headersOf(text);
  const own = headers.filter(({ isList, name }) => isList && name === 'destinations')[index];
  if (own === undefined) return undefined;
  const lines = text.split('\n');
  const isOwn = ({ name, isList }: TableHeader): boolean => !isList && name.startsWith('destinations.');
  const next = headers.find((header) => header.line > own.line && !isOwn(header))?.line ?? lines.length + 1;
  const last = lastOwnLine(lines, own.line, next);
  const removed = lines.slice(own.line - 1, last);
  const before = lines.slice(0, own.line - 1);
  const after = lines.slice(last);
  if (before.at(-1)?.trim() === '' && (after[0] ?? '').trim() === '') before.pop();
  return { text: [...before, ...after].join('\n'), removed };
}

/** @param next the line of the header that follows. @returns the last line that holds something of this table. */
function lastOwnLine(lines: readonly string[], first: number, next: number): number {
  let last = next - 1;
  while (last > first && /^\s*(#.*)?$/.test(lines[last - 1] ?? '')) last -= 1;
  return last;
}
