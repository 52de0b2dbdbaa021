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
  | { readonly kind: 'image'; readonly then: Picture; readonly now: Picture | undefined; readonly isSame: boolean }
  | { readonly kind: 'hidden'; readonly reason: string };

export interface Picture {
  readonly width: number;
  readonly height: number;
}

/** A page stays light: beyond so many lines, or so much text, it is for downloading. */
const mostLines = 400;
const mostCharacters = 24_000;
const context = 3;

export function presentLook({ content: then }: LookReport, live: LookReport | undefined): ShownLook {
  const now = live?.content;
  if (then.kind === 'hidden') return then;
  if (then.kind === 'image') {
    const isSame = now?.kind === 'image' && now.bytes === then.bytes;
    return { kind: 'image', then: sizeOf(then), now: now?.kind === 'image' ? sizeOf(now) : undefined, isSame };
  }
  const isSame = now?.kind === 'text' && now.text === then.text && now.isWhole === then.isWhole;
  const rows = now?.kind === 'text' && !isSame ? diffLines(now.text, then.text) : undefined;
  const all = then.text === '' ? [] : then.text.replace(/\r?\n$/, '').split(/\r?\n/);
  const lines = limit(all, (line) => line.length);
  return {
    kind: 'text',
    difference:
      rows === undefined ? undefined : { count: countDiff(rows), groups: limitGroups(groupDiff(rows, context)) },
    lines,
    isWhole: then.isWhole && lines.length === all.length,
    isExact: then.isExact,
    isSame,
  };
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
