import { createHash } from 'node:crypto';
import type { WriteProblem, WriteProblemReason } from '../../contracts/tree-writer.ts';

const mostListed = 1000;
/** Paths can be long: 3,000 levels make 100 KB. */
const mostListedBytes = 4 * 1024 * 1024;
const mostRemembered = 100_000;

/** What went wrong: all of it counted, the first of it listed. */
export class ProblemLog {
  readonly #listed: WriteProblem[] = [];
  readonly #lost = new Set<string>();
  #bytes = 0;
  count = 0;

  add(reason: WriteProblemReason, path: readonly Buffer[], lost: boolean): void {
    this.count++;
    if (lost && this.#lost.size < mostRemembered) this.#lost.add(digest(path));
    const bytes = path.reduce((sum, part) => sum + part.length + 1, 0);
    if (this.#listed.length >= mostListed || this.#bytes + bytes > mostListedBytes) return;
    this.#bytes += bytes;
    this.#listed.push({ reason, path, lost });
  }

  /** For what is below an entry that was told of already. */
  countOnly(): void {
    this.count++;
  }

  /** Whether what stands at the path may be something older than the restore point. When too much is lost, all may be. */
  isLost(path: readonly Buffer[]): boolean {
    return this.#lost.size >= mostRemembered || (this.#lost.size > 0 && this.#lost.has(digest(path)));
  }

  get listed(): readonly WriteProblem[] {
    return this.#listed;
  }
}

function digest(path: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const part of path) hash.update(part).update('/');
  return hash.digest('base64');
}
