/** Whether what an archive needs is there, as far as a listing tells. */
import type { ArchiveSummary } from './plan-archive.ts';

/** A zip as an archive itself, under its seal, says that it must be. */
export interface NeededZip {
  readonly name: string;
  readonly sealedBytes: number;
}

type Listed = Pick<ArchiveSummary, 'name' | 'full' | 'sealedBytes'>;

/** Differential archives whose full one is not there: alone they bring no account back. */
export function withoutFullOnes(archives: readonly Listed[]): ReadonlySet<string> {
  const there = new Set(archives.map(({ name }) => name));
  return new Set(archives.filter(({ full }) => full !== undefined && !there.has(full)).map(({ name }) => name));
}

/**
 * @param needed the archive's own zip and, for a differential one, its full one's.
 * @param listed all archives of the account.
 * @returns what is wrong; undefined when all of it is there in its whole length.
 */
export function planChainProblem(
  archive: Listed,
  needed: readonly NeededZip[],
  listed: readonly Listed[],
): string | undefined {
  const isAsNamed = needed[0]?.name === archive.name && needed[1]?.name === archive.full;
  if (!isAsNamed) return 'it is another archive than its name says';
  for (const { name, sealedBytes } of needed) {
    const found = listed.find((one) => one.name === name)?.sealedBytes;
    if (found === undefined) return `${name} is missing`;
    if (found !== sealedBytes) return `${name} has ${found} bytes in the place of ${sealedBytes}`;
  }
  return undefined;
}
