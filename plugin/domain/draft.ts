import { isBelow, type PlanPath } from './planned-entry.ts';

/** What somebody is choosing to bring back, before there is a plan. */
export interface Draft {
  readonly id: string;
  /** The restore point looked at last; undefined before there was one. */
  readonly point: string | undefined;
  /** None lies below another. */
  readonly paths: readonly PlanPath[];
  /** Below the paths, and left out. */
  readonly except: readonly PlanPath[];
  readonly goesTo: DraftTarget;
  readonly mode: 'merge' | 'exact';
}

export type DraftTarget = 'place' | 'folder' | 'download';

/** Undefined fields stay as they are. Paths are removed before others are added. */
export interface DraftChange {
  readonly point?: string | undefined;
  readonly remove: readonly PlanPath[];
  readonly add: readonly PlanPath[];
  readonly leaveOut: readonly PlanPath[];
  readonly goesTo?: DraftTarget | undefined;
  readonly mode?: 'merge' | 'exact' | undefined;
}

/** As many as a plan can be asked for in one frame. */
const mostPaths = 500;
const mostCharacters = 30_000;

export function emptyDraft(id: string): Draft {
  return { id, point: undefined, paths: [], except: [], goesTo: 'place', mode: 'merge' };
}

/**
 * A folder takes the place of what lies below it; what was left out below a path that is chosen anew or no longer, is not
 * left out any more. @returns undefined when that would be more than can be planned at once.
 */
export function changeDraft(draft: Draft, change: DraftChange): Draft | undefined {
  const { remove, add } = change;
  const kept = draft.paths.filter((path) => !remove.includes(path));
  const paths = outermost([...kept, ...add]);
  const forgotten = [...remove, ...add];
  const except = outermost([
    ...draft.except.filter((path) => !forgotten.some((other) => covers(other, path))),
    ...change.leaveOut,
  ]).filter((path) => paths.some((chosen) => isBelow(path, chosen)));
  const left = paths.filter((path) => !change.leaveOut.includes(path));
  const all = [...left, ...except];
  if (all.length > mostPaths || all.reduce((sum, path) => sum + path.length, 0) > mostCharacters) return undefined;
  return {
    id: draft.id,
    point: change.point ?? draft.point,
    paths: left,
    except,
    goesTo: change.goesTo ?? draft.goesTo,
    mode: change.mode ?? draft.mode,
  };
}

function outermost(paths: readonly PlanPath[]): PlanPath[] {
  const each = [...new Set(paths)];
  return each.filter((path) => !each.some((other) => isBelow(path, other)));
}

function covers(folder: PlanPath, path: PlanPath): boolean {
  return folder === path || isBelow(path, folder);
}
