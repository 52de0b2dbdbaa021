/** One line of a comparison. Line numbers count from 1, in the text they belong to. */
export type DiffRow =
  | { readonly kind: 'same'; readonly before: number; readonly after: number; readonly text: string }
  | { readonly kind: 'removed'; readonly before: number; readonly text: string }
  | { readonly kind: 'added'; readonly after: number; readonly text: string };

/** Beyond so many differing lines the shortest way is not looked for: all that differs goes, all that is new comes. */
const mostEdits = 1500;

/** Every line of both texts, in order, with as few differences as can be; `\r\n` and `\n` end a line alike. */
export function diffLines(before: string, after: string): DiffRow[] {
  const left = splitLines(before);
  const right = splitLines(after);
  const head = commonHead(left, right);
  const tail = commonTail(left, right, head);
  const rows = same(left, 0, head, 0);
  const inner = {
    left: left.slice(head, left.length - tail),
    right: right.slice(head, right.length - tail),
    leftAt: head,
    rightAt: head,
  };
  for (const row of diffInner(inner)) rows.push(row);
  for (const row of same(left, left.length - tail, left.length, right.length - left.length)) rows.push(row);
  return rows;
}

/** The rows that differ with `context` lines around them, as groups with a gap between each; none when nothing differs. */
export function groupDiff(rows: readonly DiffRow[], context: number): DiffRow[][] {
  const groups: DiffRow[][] = [];
  let end = -1;
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'same') continue;
    const from = Math.max(index - context, end);
    const group = from === end ? groups.at(-1) : undefined;
    const to = Math.min(index + context + 1, rows.length);
    if (group === undefined) groups.push(rows.slice(Math.max(from, 0), to));
    else group.push(...rows.slice(end, to));
    end = to;
  }
  return groups;
}

/** How many lines differ: a line that changed counts once. */
export function countDiff(rows: readonly DiffRow[]): number {
  const removed = rows.filter(({ kind }) => kind === 'removed').length;
  const added = rows.filter(({ kind }) => kind === 'added').length;
  return Math.max(removed, added);
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function commonHead(left: readonly string[], right: readonly string[]): number {
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head++;
  return head;
}

function commonTail(left: readonly string[], right: readonly string[], head: number): number {
  let tail = 0;
  const most = Math.min(left.length, right.length) - head;
  while (tail < most && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  return tail;
}

function same(lines: readonly string[], from: number, to: number, ahead: number): DiffRow[] {
  return lines.slice(from, to).map((text, index) => {
    const before = from + index + 1;
    return { kind: 'same', before, after: before + ahead, text };
  });
}

interface Inner {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly leftAt: number;
  readonly rightAt: number;
}

function diffInner(inner: Inner): DiffRow[] {
  const trace = inner.left.length === 0 || inner.right.length === 0 ? undefined : findTrace(inner);
  return trace === undefined ? replaceAll(inner) : followBack(inner, trace);
}

function replaceAll({ left, right, leftAt, rightAt }: Inner): DiffRow[] {
  return [
    ...left.map((text, index): DiffRow => ({ kind: 'removed', before: leftAt + index + 1, text })),
    ...right.map((text, index): DiffRow => ({ kind: 'added', after: rightAt + index + 1, text })),
  ];
}

/**
 * Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): for each number of edits how far along the left text
 * each diagonal reaches. @returns undefined when more than `mostEdits` would be needed.
 */
function findTrace({ left, right }: Inner): Int32Array[] | undefined {
  const trace: Int32Array[] = [];
  let reach = new Int32Array(3);
  const most = Math.min(left.length + right.length, mostEdits);
  for (let edits = 0; edits <= most; edits++) {
    const next = new Int32Array(2 * edits + 3);
    trace.push(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepsDown(reach, edits, diagonal) ? at(reach, edits, diagonal + 1) : at(reach, edits, diagonal - 1) + 1;
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x++;
      next[diagonal + edits + 1] = x;
      if (x >= left.length && x - diagonal >= right.length) return trace;
    }
    reach = next;
  }
  return undefined;
}

/** `reach` holds the diagonals of one edit fewer. */
function at(reach: Int32Array, edits: number, diagonal: number): number {
  return reach[diagonal + edits] ?? 0;
}

function stepsDown(reach: Int32Array, edits: number, diagonal: number): boolean {
  if (edits === 0 || diagonal === -edits) return true;
  return diagonal !== edits && at(reach, edits, diagonal - 1) < at(reach, edits, diagonal + 1);
}

function followBack({ left, right, leftAt, rightAt }: Inner, trace: readonly Int32Array[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let x = left.length;
  let y = right.length;
  const stay = (): void => {
    x--;
    y--;
    rows.push({ kind: 'same', before: leftAt + x + 1, after: rightAt + y + 1, text: left[x] ?? '' });
  };
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const reach = trace[edits] ?? new Int32Array(0);
    const diagonal = x - y;
    const down = stepsDown(reach, edits, diagonal);
    const fromX = down ? at(reach, edits, diagonal + 1) : at(reach, edits, diagonal - 1);
    while (x > (down ? fromX : fromX + 1)) stay();
    if (down) rows.push({ kind: 'added', after: rightAt + --y + 1, text: right[y] ?? '' });
    else rows.push({ kind: 'removed', before: leftAt + --x + 1, text: left[x] ?? '' });
  }
  while (x > 0 && y > 0) stay();
  return rows.toReversed();
}
