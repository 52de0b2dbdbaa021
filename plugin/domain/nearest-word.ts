/** The known word that `typed` most likely meant, for "did you mean": undefined when none is close. */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase().slice(0, 64);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = known
    .map((word) => ({ word, steps: word.startsWith(wanted) ? 0.5 : countEdits(wanted, word.toLowerCase()) }))
    .filter(({ steps }) => steps <= limit)
    .toSorted((a, b) => a.steps - b.steps);
  return wanted === '' ? undefined : ranked[0]?.word;
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour to make `a` into `b`. */
function countEdits(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++)
      next.push(cheapest({ a, b, row, column, next, last, beforeLast }));
    beforeLast = last;
    last = next;
  }
  return last[b.length] ?? 0;
}

interface Cell {
  readonly a: string;
  readonly b: string;
  readonly row: number;
  readonly column: number;
  readonly next: readonly number[];
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

function cheapest({ a, b, row, column, next, last, beforeLast }: Cell): number {
  const at = (line: readonly number[], index: number) => line[index] ?? Infinity;
  const change = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
  const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
  const swap = isSwapped ? at(beforeLast, column - 2) + 1 : Infinity;
  return Math.min(at(next, column - 1) + 1, at(last, column) + 1, change, swap);
}
