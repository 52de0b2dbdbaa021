import type { WriteProblem, WriteProblemReason } from '../../contracts/tree-writer.ts';

const mostListed = 1000;
/** Paths can be long: 3,000 levels make 100 KB. */
const mostListedBytes = 4 * 1024 * 1024;

/** What went wrong: all of it counted, the first of it listed. */
export class ProblemLog {
  readonly #listed: WriteProblem[] = [];
  #bytes = 0;
  count = 0;

  add(reason: WriteProblemReason, path: readonly Buffer[], lost: boolean): void {
    this.count++;
    const bytes = path.reduce((sum, part) => sum + part.length + 1, 0);
    if (this.#listed.length >= mostListed || this.#bytes + bytes > mostListedBytes) return;
    this.#bytes += bytes;
    this.#listed.push({ reason, path, lost });
  }

  /** For what is below an entry that was told of already. */
  countOnly(): void {
    this.count++;
  }

  get listed(): readonly WriteProblem[] {
    return this.#listed;
  }
}
