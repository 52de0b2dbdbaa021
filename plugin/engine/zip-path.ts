import { longestPathBytes, zipName } from './zip-names.ts';

/** A whole path as a zip can hold it below a folder; undefined when it is too long. @param above bytes of what stands before it. */
export function zipPathBelow(above: number, path: readonly Buffer[]): string | undefined {
  const text = path.map((name) => zipName(name, false)).join('/');
  return above + Buffer.byteLength(text) > longestPathBytes ? undefined : text;
}
