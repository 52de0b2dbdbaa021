import type { BrowseReport, DiffReport, EntryMark } from '../../protocol/history.ts';
import type { DraftReport } from '../../protocol/drafts.ts';
import type { PathBytes } from '../../protocol/requests.ts';
import { childOf, isWithin, partsOf, showParts, toAddress, visible } from '../paths.ts';
import { showName } from '../../domain/show-name.ts';
import { iconOf } from './file-icon.ts';

export type RowFilter = 'all' | 'gone' | 'changed';

export interface Row {
  /** For addresses and forms. */
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
  readonly icon: string;
  readonly mark: EntryMark | 'unknown';
  /** Of a folder that is there: files in it that differ from now, and how many of these are gone; undefined when not counted. */
  readonly differing: number | undefined;
  readonly gone: number;
  readonly sizeBytes: number | undefined;
  readonly modified: string;
  /** `above`: a folder that holds it is chosen. */
  readonly chosen: 'yes' | 'no' | 'above';
}

export interface Folder {
  readonly rows: readonly Row[];
  readonly counts: { readonly [Filter in RowFilter]: number };
  /** After the filter; `rows` are a page of them. */
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly crumbs: readonly { readonly path: string; readonly name: string }[];
  readonly path: string;
}

export const rowsOnPage = 200;

export interface FolderOptions {
  readonly browsed: BrowseReport;
  /** From the restore point to now, below the same folder; undefined when it was not asked. */
  readonly diff: DiffReport | undefined;
  readonly draft: Pick<DraftReport, 'paths' | 'except'> | undefined;
  readonly filter: RowFilter;
  readonly page: number;
}

/**
 * A folder of a restore point as a list of rows: folders first, each by name. The worker may have taken the page out of it
 * already.
 */
export function presentFolder({ browsed, diff, draft, filter, page }: FolderOptions): Folder {
  const folder = browsed.path;
  const inside = countInside(diff, partsOf(folder).length);
  const all = browsed.entries.map((entry) => presentEntry(entry, inside));
  const { seen } = browsed;
  const whole = seen === undefined ? takePage(all, filter, page) : undefined;
  const at = seen === undefined ? (whole?.at ?? 1) : Math.floor(seen.offset / rowsOnPage) + 1;
  const total = seen?.total ?? whole?.total ?? 0;
  return {
    rows: (whole?.rows ?? all).map((presented) => toRow(presented, folder, draft)),
    counts: seen ?? countMarks(all),
    total,
    page: at,
    pages: Math.max(1, Math.ceil(total / rowsOnPage)),
    crumbs: crumbsOf(folder),
    path: toAddress(folder),
  };
}

interface PresentedEntry {
  readonly entry: BrowseReport['entries'][number];
  readonly shown: string;
  readonly isFolder: boolean;
  readonly mark: Row['mark'];
  readonly counted: Inside | undefined;
}

function presentEntry(
  entry: BrowseReport['entries'][number],
  inside: ReadonlyMap<PathBytes, Inside> | undefined,
): PresentedEntry {
  const isFolder = entry.type === 'dir';
  const counted = isFolder ? inside?.get(entry.name) : undefined;
  const shown = visible(showName(Buffer.from(entry.name, 'base64')));
  return { entry, shown, isFolder, mark: markOf(entry.mark, isFolder, inside, counted), counted };
}

function takePage(all: readonly PresentedEntry[], filter: RowFilter, page: number) {
  const wanted = all.filter(({ mark, counted }) => matches(filter, mark, counted?.gone ?? 0));
  const sorted = wanted.toSorted(
    (one, other) => Number(other.isFolder) - Number(one.isFolder) || (one.shown < other.shown ? -1 : 1),
  );
  const at = Math.min(Math.max(1, page), Math.max(1, Math.ceil(sorted.length / rowsOnPage)));
  return { rows: sorted.slice((at - 1) * rowsOnPage, at * rowsOnPage), at, total: sorted.length };
}

function countMarks(all: readonly PresentedEntry[]): Folder['counts'] {
  return {
    all: all.length,
    gone: all.filter(({ mark, counted }) => matches('gone', mark, counted?.gone ?? 0)).length,
    changed: all.filter(({ mark, counted }) => matches('changed', mark, counted?.gone ?? 0)).length,
  };
}

function toRow(
  { entry, shown, isFolder, mark, counted }: PresentedEntry,
  folder: PathBytes,
  draft: FolderOptions['draft'],
): Row {
  const path = childOf(folder, entry.name);
  return {
    path: toAddress(path),
    name: shown,
    isFolder,
    icon: iconOf(entry.type, shown),
    mark,
    differing: counted?.differing,
    gone: counted?.gone ?? 0,
    sizeBytes: isFolder ? undefined : entry.sizeBytes,
    modified: entry.modified,
    chosen: chosenIn(draft, path),
  };
}

interface Inside {
  readonly differing: number;
  readonly gone: number;
}

/** Differences below each entry of the folder, files and links only. @param depth of the folder. */
function countInside(diff: DiffReport | undefined, depth: number): ReadonlyMap<PathBytes, Inside> | undefined {
  if (diff === undefined || !diff.isComplete) return undefined;
  const counts = new Map<PathBytes, { differing: number; gone: number }>();
  for (const { path, change, type } of diff.entries) {
    if (type === 'dir' || change === 'added') continue;
    const name = partsOf(path)[depth]?.toString('base64') ?? '';
    const count = counts.get(name) ?? { differing: 0, gone: 0 };
    count.differing += 1;
    if (change === 'removed') count.gone += 1;
    counts.set(name, count);
  }
  return counts;
}

/** That a folder is there says nothing about what is in it. */
function markOf(
  mark: EntryMark | undefined,
  isFolder: boolean,
  inside: ReadonlyMap<PathBytes, Inside> | undefined,
  counted: Inside | undefined,
): Row['mark'] {
  if (mark === undefined) return 'unknown';
  if (!isFolder || mark === 'gone') return mark;
  if (inside === undefined) return 'unknown';
  return counted === undefined ? 'same' : 'changed';
}

function matches(filter: RowFilter, mark: Row['mark'], gone: number): boolean {
  if (filter === 'all') return true;
  return filter === 'gone' ? mark === 'gone' || gone > 0 : mark === 'changed';
}

export function chosenIn(draft: FolderOptions['draft'], path: PathBytes): Row['chosen'] {
  if (draft === undefined) return 'no';
  if (draft.paths.includes(path)) return 'yes';
  return draft.paths.some((chosen) => isWithin(path, chosen)) ? 'above' : 'no';
}

function crumbsOf(path: PathBytes): Folder['crumbs'] {
  const parts = partsOf(path);
  return parts.map((_, index) => {
    const upTo = Buffer.concat(
      parts.slice(0, index + 1).flatMap((part, at) => (at === 0 ? [part] : [Buffer.from('/'), part])),
    ).toString('base64');
    return { path: toAddress(upTo), name: showParts(upTo).name };
  });
}
