import { pathLimit, type Coverage, type CoverageItem, type CoverageNote, type SkipReason } from '../domain/coverage.ts';
import { showPath } from '../domain/show-name.ts';

interface Tally {
  count: number;
  readonly paths: string[];
}

/** A path may be millions of characters long; so much of its beginning and of its end tells which it is. */
const keptParts = 20;
const keptCharacters = 400;

/** Counts what is left out or not quite as on disk, and keeps the first paths of each reason. */
export class CoverageLog {
  readonly #skipped = new Map<SkipReason, Tally>();
  readonly #noted = new Map<CoverageNote, Tally>();

  skip(reason: SkipReason, path: readonly Uint8Array[]): void {
    add(this.#skipped, reason, path);
  }

  note(reason: CoverageNote, path: readonly Uint8Array[]): void {
    add(this.#noted, reason, path);
  }

  /** Reasons in alphabetical order, so that the same coverage is the same text. */
  result(): Coverage {
    return { skipped: items(this.#skipped), noted: items(this.#noted) };
  }
}

function add<Reason>(tallies: Map<Reason, Tally>, reason: Reason, path: readonly Uint8Array[]): void {
  const tally = tallies.get(reason) ?? { count: 0, paths: [] };
  tallies.set(reason, tally);
  tally.count++;
  if (tally.paths.length < pathLimit) tally.paths.push(showShort(path));
}

function items<Reason extends string>(tallies: Map<Reason, Tally>): CoverageItem<Reason>[] {
  return [...tallies]
    .map(([reason, { count, paths }]) => ({ reason, count, paths }))
    .sort((left, right) => (left.reason < right.reason ? -1 : 1));
}

/** Only the parts that are kept are made readable: a path may have thousands. */
function showShort(path: readonly Uint8Array[]): string {
  const shown =
    path.length <= 2 * keptParts
      ? showPath(path)
      : `${showPath(path.slice(0, keptParts))}/…/${showPath(path.slice(-keptParts))}`;
  if (shown.length <= 2 * keptCharacters) return shown;
  return `${shown.slice(0, keptCharacters).toWellFormed()}…${shown.slice(-keptCharacters).toWellFormed()}`;
}
