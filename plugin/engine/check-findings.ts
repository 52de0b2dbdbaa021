/** What a check found: bounded, however much is broken, and each finding with what it costs. */
import type { SnapshotId } from '../domain/ids.ts';

export type DamageKind =
  | 'missing-config'
  | 'damaged-config'
  | 'missing-key'
  | 'damaged-key'
  | 'damaged-snapshot'
  | 'damaged-index'
  | 'missing-pack'
  | 'pack-size'
  | 'damaged-pack'
  | 'missing-blob'
  | 'damaged-blob'
  | 'damaged-tree';

export type HintKind = 'unindexed-pack' | 'duplicate-blob' | 'unfinished-write' | 'stale-lock';

export interface CheckFinding<Kind extends string = string> {
  readonly kind: Kind;
  /** Such as `pack 1f…`; of many alike, beyond the limit, how many more there are. */
  readonly object: string;
  /** Snapshots that cannot be restored in full because of it. */
  readonly points: readonly string[];
  /** Some of the paths that are lost, from the snapshot's root, as people see names. */
  readonly paths: readonly string[];
}

interface Found<Kind> {
  readonly kind: Kind;
  object: string;
  more: number;
  readonly points: Set<string>;
  readonly paths: Set<string>;
}

const largestOfKind = 100;
const largestPaths = 20;

export class FindingList<Kind extends string> {
  readonly #found: Found<Kind>[] = [];
  readonly #ofKind = new Map<Kind, number>();
  /** Where the findings of a kind beyond the limit are put together. */
  readonly #rest = new Map<Kind, number>();

  /** @returns the number by which `blame` knows it. */
  add(kind: Kind, object: string): number {
    const count = this.#ofKind.get(kind) ?? 0;
    this.#ofKind.set(kind, count + 1);
    return count < largestOfKind ? this.#append(kind, object) : this.#addToRest(kind);
  }

  /** Notes that a snapshot has lost something by it. */
  blame(number: number, snapshot: SnapshotId, path?: string): void {
    const found = this.#found[number];
    if (found === undefined) throw new RangeError(`no finding ${number}`);
    found.points.add(snapshot);
    if (path !== undefined && found.paths.size < largestPaths) found.paths.add(path);
  }

  list(): CheckFinding<Kind>[] {
    return this.#found.map(({ kind, object, points, paths }) => ({
      kind,
      object,
      points: [...points],
      paths: [...paths],
    }));
  }

  #append(kind: Kind, object: string): number {
    this.#found.push({ kind, object, more: 0, points: new Set(), paths: new Set() });
    return this.#found.length - 1;
  }

  #addToRest(kind: Kind): number {
    const number = this.#rest.get(kind) ?? this.#append(kind, '');
    this.#rest.set(kind, number);
    const rest = this.#found[number];
    if (rest !== undefined) rest.object = `${++rest.more} more`;
    return number;
  }
}
