import { showName } from '../../domain/show-name.ts';
import type { DraftReport } from '../../protocol/drafts.ts';
import type { Answer, PointLine } from '../../protocol/requests.ts';
import { parentOf, showParts, toAddress, type ShownPath } from '../paths.ts';
import { iconOf } from './file-icon.ts';

export interface Hit extends ShownPath {
  readonly path: string;
  /** The folder that it is in. */
  readonly within: string;
  readonly isFolder: boolean;
  readonly icon: string;
  readonly sizeBytes: number | undefined;
  readonly versions: number;
  /** When it was seen first and last, and the restore point of the last time. */
  readonly firstTime: string;
  readonly lastTime: string;
  readonly lastPoint: string;
  readonly isInNewest: boolean;
  /** Whether the chosen restore point may hold it: it lies between the first and the last that do. */
  readonly isInChosen: boolean;
  readonly chosen: boolean;
}

export interface Search {
  readonly name: string;
  readonly hits: readonly Hit[];
  readonly isComplete: boolean;
}

/** What has that name in any restore point; what the chosen one holds comes first. */
export function presentSearch(
  { matches, isComplete }: Answer<'find'>,
  name: string,
  point: PointLine,
  draft: DraftReport | undefined,
): Search {
  const hits = matches.map((match): Hit => {
    const isFolder = match.type === 'dir';
    const shown = showParts(match.path);
    return {
      ...shown,
      path: toAddress(match.path),
      within: toAddress(parentOf(match.path)),
      isFolder,
      icon: iconOf(match.type, shown.name),
      sizeBytes: isFolder ? undefined : match.sizeBytes,
      versions: match.versions,
      firstTime: match.firstTime,
      lastTime: match.lastTime,
      lastPoint: match.lastPoint,
      isInNewest: match.isInNewest,
      isInChosen: match.firstTime <= point.time && point.time <= match.lastTime,
      chosen: draft?.paths.includes(match.path) === true,
    };
  });
  return {
    name: showName(name),
    hits: hits.toSorted((one, other) => Number(other.isInChosen) - Number(one.isInChosen)),
    isComplete,
  };
}
