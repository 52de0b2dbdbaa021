/** Lines of an index or a manifest, believed only after a look: whoever can write to the destination may have made them. */
import type { EntryPlace, IndexedEntry } from './archived-entry.ts';

const types: ReadonlySet<unknown> = new Set(['file', 'folder', 'symlink', 'fifo', 'dump']);

/** @returns undefined for anything that is no entry. */
export function parseEntry(line: unknown): IndexedEntry | undefined {
  if (typeof line !== 'object' || line === null) return undefined;
  const entry = line as { readonly [field: string]: unknown };
  return isEntry(entry) ? (entry as unknown as IndexedEntry) : undefined;
}

function isEntry(entry: { readonly [field: string]: unknown }): boolean {
  const { name, type, path, target, sha256, place, attributes } = entry;
  return (
    isName(name) &&
    types.has(type) &&
    ['mode', 'uid', 'gid', 'size'].every((field) => isCount(entry[field])) &&
    ['modified', 'changed'].every((field) => isTime(entry[field])) &&
    isOptional(path, isBase64) &&
    isOptional(target, isBase64) &&
    isOptional(sha256, (text) => /^[0-9a-f]{64}$/.test(text)) &&
    isOptional(entry['in'], (text) => text === 'this' || text === 'full') &&
    (attributes === undefined || isAttributes(attributes)) &&
    (place === undefined || isPlace(place))
  );
}

/** Below one of the two folders, and nowhere else. */
function isName(name: unknown): boolean {
  return typeof name === 'string' && /^(files|databases)\//.test(name) && !name.split('/').some(isOddPart);
}

function isOddPart(part: string): boolean {
  return part === '' || part === '.' || part === '..';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{1,19}\.\d{9}$/.test(value);
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function isOptional(value: unknown, holds: (text: string) => boolean): boolean {
  return value === undefined || (typeof value === 'string' && holds(value));
}

function isAttributes(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string' && isBase64(text))
  );
}

function isPlace(value: unknown): value is EntryPlace {
  if (typeof value !== 'object' || value === null) return false;
  const place = value as { readonly [field: string]: unknown };
  return (
    isCount(place['offset']) && isCount(place['compressedBytes']) && (place['method'] === 0 || place['method'] === 8)
  );
}
