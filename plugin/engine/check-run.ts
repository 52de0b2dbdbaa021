import type { DamageKind, FindingList, HintKind } from './check-findings.ts';
import type { DamageMap } from './damage-map.ts';
import type { FullIndex } from './full-index.ts';
import type { PackContents } from './pack-contents.ts';
import type { Repository } from './repository.ts';

/** What the parts of a check share. */
export interface CheckRun {
  readonly repository: Repository;
  readonly damage: FindingList<DamageKind>;
  readonly hints: FindingList<HintKind>;
  readonly full: FullIndex;
  readonly contents: PackContents;
  /** Of the packs that the store holds. */
  readonly packSizes: ReadonlyMap<string, number>;
  readonly broken: DamageMap;
  /** Findings that come from another finding: a blob's from its pack's. */
  readonly causes: Map<number, number>;
  /** Findings of packs whose size or layout the index does not explain. */
  readonly oddPacks: Map<string, number>;
}
