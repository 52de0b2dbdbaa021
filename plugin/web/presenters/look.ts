import { countDiff, diffLines, groupDiff, type DiffRow } from '../../domain/line-diff.ts';
import type { LookContent, LookReport } from '../../protocol/look.ts';

/** What of a file is shown, beside what it is now. */
export type ShownLook =
  | {
      readonly kind: 'text';
      /** What bringing it back would change: now before, then after; undefined when there is nothing to compare. */
      readonly difference: { readonly count: number; readonly groups: readonly (readonly DiffRow[])[] } | undefined;
      readonly lines: readonly string[];
      readonly isWhole: boolean;
      readonly isExact: boolean;
      readonly isSame: boolean;
    }
  | { readonly kind: 'image'; readonly past: Picture; readonly now: Picture | undefined; readonly isSame: boolean }
  | { readonly kind: 'hidden'; readonly reason: string };

export interface Picture {
  readonly width: number;
  readonly height: number;
}

/** A page stays light: beyond so many lines, or so much text, it is for downloading. */
const mostLines = 400;
const mostCharacters = 24_000;
const context = 3;

export function presentLook({ content }: LookReport, live: LookReport | undefined): ShownLook {
  if (content.kind === 'hidden') return content;
  return content.kind === 'image' ? showImage(content, live?.content) : showText(content, live?.content);
}

function showImage(past: Extract<LookContent, { kind: 'image' }>, now: LookContent | undefined): ShownLook {
  const isImage = now?.kind === 'image';
  return {
    kind: 'image',
    past: sizeOf(past),
    now: isImage ? sizeOf(now) : undefined,
    isSame: isImage && now.bytes === past.bytes,
  };
}

function showText(past: Extract<LookContent, { kind: 'text' }>, now: LookContent | undefined): ShownLook {
  const live = now?.kind === 'text' ? now : undefined;
  const isSame = live !== undefined && live.text === past.text && live.isWhole === past.isWhole;
  const rows = live === undefined || isSame ? undefined : diffLines(live.text, past.text);
  const all = linesOf(past.text);
  const lines = limit(all, (line) => line.length);
  const isWhole = past.isWhole && lines.length === all.length;
  return { kind: 'text', difference: toDifference(rows), lines, isWhole, isExact: past.isExact, isSame };
}

function toDifference(rows: readonly DiffRow[] | undefined) {
  return rows === undefined ? undefined : { count: countDiff(rows), groups: limitGroups(groupDiff(rows, context)) };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function sizeOf({ width, height }: Extract<LookContent, { kind: 'image' }>): Picture {
  return { width, height };
}

function limitGroups(groups: readonly (readonly DiffRow[])[]): DiffRow[][] {
  let left = mostLines;
  let characters = mostCharacters;
  return groups.flatMap((group) => {
    const shown = limit(group.slice(0, left), ({ text }) => text.length, characters);
    left -= shown.length;
    characters -= shown.reduce((sum, { text }) => sum + text.length, 0);
    return shown.length === 0 ? [] : [shown];
  });
}

function limit<Item>(items: readonly Item[], weigh: (item: Item) => number, most = mostCharacters): Item[] {
  let weight = 0;
  const end = items.findIndex((item, index) => {
    weight += weigh(item);
    return index >= mostLines || weight > most;
  });
  return items.slice(0, end < 0 ? items.length : end);
}
