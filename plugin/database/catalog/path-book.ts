import type { CatalogFile } from './catalog-file.ts';
import { homePath } from './schema.ts';

interface Step {
  readonly parent: number;
  readonly name: Uint8Array;
}

/** Turns paths into their numbers and back. */
export class PathBook {
  readonly #file: CatalogFile;
  readonly #known = new Map<number, Step | undefined>();

  constructor(file: CatalogFile) {
    this.#file = file;
  }

  /** @returns undefined when no such path is known. */
  find(path: readonly Uint8Array[]): number | undefined {
    const lookUp = this.#file.values(
      'SELECT p.id FROM names n JOIN paths p ON p.name = n.id WHERE p.parent = ? AND n.name = ?',
    );
    let id: unknown = homePath;
    for (const name of path) {
      id = lookUp.get(Number(id), name);
      if (id === undefined) return undefined;
    }
    return Number(id);
  }

  /** The parts of a known path. */
  parts(id: number): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let step = this.#step(id); step !== undefined; step = this.#step(step.parent)) parts.push(step.name);
    return parts.toReversed();
  }

  #step(id: number): Step | undefined {
    if (this.#known.has(id)) return this.#known.get(id);
    const row = this.#file
      .rows('SELECT p.parent, n.name FROM paths p JOIN names n ON n.id = p.name WHERE p.id = ?')
      .get(id) as [number, Uint8Array] | undefined;
    const step = row === undefined ? undefined : { parent: row[0], name: row[1] };
    this.#known.set(id, step);
    return step;
  }
}
