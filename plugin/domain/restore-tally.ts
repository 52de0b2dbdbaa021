/** Problems of a restore: all are counted, the first are listed. */
export interface ToldProblems<Problem> {
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

const mostListed = 1000;

/** What a restore has brought so far, and what it could not bring. */
export class RestoreTally<Problem> {
  readonly #onProgress: (items: number, bytes: number) => void;
  readonly #problems: Problem[] = [];
  #problemCount = 0;
  #items = 0;
  #bytes = 0;

  /** @param onProgress is told the sums at each step. */
  constructor(onProgress: (items: number, bytes: number) => void) {
    this.#onProgress = onProgress;
  }

  advance(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
    this.#onProgress(this.#items, this.#bytes);
  }

  add(problem: Problem): undefined {
    this.#problemCount++;
    if (this.#problems.length < mostListed) this.#problems.push(problem);
  }

  /** @returns the report with these problems before its own. */
  joinTo<Report extends ToldProblems<Problem>>(report: Report): Report {
    const problems = [...this.#problems, ...report.problems].slice(0, mostListed);
    return { ...report, problems, problemCount: this.#problemCount + report.problemCount };
  }
}
