import { pathLimit, type Coverage, type CoverageItem, type CoverageNote, type SkipReason } from '../domain/coverage.ts';
import { showPath } from '../domain/show-name.ts';

/** Counts what is not in an archive, or not quite as on disk. */
export class CoverageCount {
  readonly #skipped = new Map<SkipReason, { count: number; paths: string[] }>();
  readonly #noted = new Map<CoverageNote, { count: number; paths: string[] }>();

  skip(reason: SkipReason, path: readonly Buffer[]): void {
    count(this.#skipped, reason, path);
  }

  note(reason: CoverageNote, path: readonly Buffer[]): void {
    count(this.#noted, reason, path);
  }

  result(): Coverage {
    return { skipped: items(this.#skipped), noted: items(this.#noted) };
  }
}

function count<Reason>(
  counted: Map<Reason, { count: number; paths: string[] }>,
  reason: Reason,
  path: readonly Buffer[],
): void {
  const item = counted.get(reason) ?? { count: 0, paths: [] };
  item.count++;
  if (item.paths.length < pathLimit) item.paths.push(showPath(path));
  counted.set(reason, item);
}

function items<Reason extends string>(
  counted: ReadonlyMap<Reason, { count: number; paths: string[] }>,
): CoverageItem<Reason>[] {
  return [...counted].map(([reason, item]) => ({ reason, ...item }));
}
