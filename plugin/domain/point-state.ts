import type { SnapshotId } from './ids.ts';

/**
 * How a restore point was read back. `sample`: its objects are there and some contents open. `index`: every pack that
 * it needs is there and all its trees open. `full`: every byte of it was read. `drill`: it was really restored.
 */
export type VerificationDepth = 'sample' | 'index' | 'full' | 'drill';

/** What one look at a restore point found. */
export interface PointFinding {
  readonly snapshotId: SnapshotId;
  readonly depth: VerificationDepth;
  readonly at: Date;
  /** Undefined when it was found whole, as far as was looked. */
  readonly damage: FoundDamage | undefined;
  /** Required files that it does not hold; undefined where nobody looked for them. */
  readonly missing?: readonly string[] | undefined;
}

/** What a look found, whenever it was. */
export type PointLook = Pick<PointFinding, 'damage' | 'missing'>;

export interface FoundDamage {
  /** Stable words, such as `missing-pack`. */
  readonly kinds: readonly string[];
  /** Some of the paths that are lost, from the restore point's root, as people see names. */
  readonly paths: readonly string[];
  /** Whether only reading every byte can tell that it is gone again. */
  readonly needsReading: boolean;
}

/** What is known of a restore point from all looks at it. */
export interface PointState {
  /** When it was last found whole; it may have been damaged since. */
  readonly verifiedAt: Date | undefined;
  readonly verifiedBy: VerificationDepth | undefined;
  /** When it was last restored in a drill and everything was right. */
  readonly provenAt: Date | undefined;
  readonly damage: (FoundDamage & { readonly since: Date }) | undefined;
  /** Required files that it does not hold, as people see paths. */
  readonly missing: readonly string[];
}

export const unknownState: PointState = {
  verifiedAt: undefined,
  verifiedBy: undefined,
  provenAt: undefined,
  damage: undefined,
  missing: [],
};

/** Whether it was read back and nothing of it is known to be lost: such a point may stand for others. */
export function isVerified(state: PointState | undefined): boolean {
  return state?.verifiedAt !== undefined && state.damage === undefined;
}

/**
 * What is known after one more look. Damage stays until somebody looks as deeply as is needed to see it; a look that
 * is older than what is known changes nothing.
 */
export function withFinding(state: PointState, finding: PointFinding): PointState {
  const { at, depth, damage } = finding;
  if (isOlder(at, state.verifiedAt) || isOlder(at, state.damage?.since)) return state;
  const missing = finding.missing ?? state.missing;
  if (damage !== undefined) return { ...state, missing, damage: { ...damage, since: state.damage?.since ?? at } };
  if (!canClear(state.damage, depth)) return { ...state, missing };
  const provenAt = depth === 'drill' ? at : state.provenAt;
  return { verifiedAt: at, verifiedBy: depth, provenAt, damage: undefined, missing };
}

function isOlder(at: Date, known: Date | undefined): boolean {
  return known !== undefined && at.getTime() < known.getTime();
}

function canClear(damage: FoundDamage | undefined, depth: VerificationDepth): boolean {
  if (damage === undefined || depth === 'full' || depth === 'drill') return true;
  return depth === 'index' && !damage.needsReading;
}
