import type { PointLine } from '../protocol/requests.ts';
import type { Page } from './page.ts';
import { renderFitting, type Column } from './table.ts';
import { shortId, showPathBytes } from './show-text.ts';

const pathsShown = 1;

interface Part extends Column {
  readonly show: (point: PointLine, page: Page) => string;
}

/** What goes where there is no room: the age first. */
const narrower = [
  [],
  ['age'],
  ['age', 'files'],
  ['age', 'files', 'kind'],
  ['age', 'files', 'kind', 'copies'],
  ['age', 'files', 'kind', 'copies', 'changes'],
] as const;

/** Restore points as a table, in the order given; where it is too wide, with fewer columns. */
export function renderPoints(points: readonly PointLine[], page: Page): readonly string[] {
  const all = chooseParts(points, page).map((part) => ({ part, cells: points.map((point) => part.show(point, page)) }));
  const tables = narrower.map((names) => {
    const kept = all.filter(({ part }) => !(names as readonly string[]).includes(part.name));
    return {
      columns: kept.map(({ part }) => part),
      rows: points.map((_, index) => kept.map(({ cells }) => cells[index] ?? '')),
    };
  });
  return renderFitting(tables, page.columns, page.paint);
}

type Named = Part & { readonly name: string };

/** Numbers of changes, copies and labels are shown where there are any. */
function chooseParts(points: readonly PointLine[], { texts }: Page): Named[] {
  const knowsChanges = points.some(({ added }) => added !== undefined);
  const hasDamage = points.some(({ damage }) => damage !== undefined);
  const hasCopies = points.some(({ copies }) => copies !== undefined);
  const hasLabels = points.some(({ label, only }) => (label ?? '') !== '' || only !== undefined);
  return [
    { name: 'id', title: texts.say('column.id'), colour: 'cyan', show: ({ id }) => shortId(id) },
    { name: 'time', title: texts.say('column.time'), show: ({ time }, page) => page.at(time) },
    { name: 'age', title: texts.say('column.age'), colour: 'grey', show: ({ time }, page) => page.ago(time) },
    { name: 'kind', title: texts.say('column.kind'), show: ({ kind }, page) => showKind(kind, page) },
    { name: 'files', title: texts.say('column.files'), side: 'right', show: showFiles },
    { name: 'size', title: texts.say('column.size'), side: 'right', show: showSize },
    ...(knowsChanges ? [{ name: 'changes', title: texts.say('column.changes'), show: showChanges } as const] : []),
    ...(hasCopies ? [{ name: 'copies', title: texts.say('column.copies'), show: showCopies } as const] : []),
    ...(hasDamage ? [{ name: 'state', title: texts.say('column.state'), show: showState } as const] : []),
    ...(hasLabels ? [{ name: 'label', title: texts.say('column.label'), show: showLabel } as const] : []),
  ];
}

function showFiles({ files }: PointLine, page: Page): string {
  return files === undefined ? '–' : page.number(files);
}

function showSize({ bytes }: PointLine, page: Page): string {
  return bytes === undefined ? '–' : page.size(bytes);
}

/** Also what of the home it is of, where that is not all: nobody should take it for a backup of everything. */
function showLabel({ label = '', only }: PointLine, { texts }: Page): string {
  if (only === undefined) return label;
  const paths = only.slice(0, pathsShown).map(showPathBytes);
  const shown = only.length > pathsShown ? [...paths, '…'] : paths;
  const part = texts.say('point.only', { paths: shown.join(', ') });
  return label === '' ? part : `${label} · ${part}`;
}

function showCopies({ copies = [] }: PointLine): string {
  return copies.length === 0 ? '–' : copies.join(', ');
}

function showState({ damage }: PointLine, { texts }: Page): string {
  return damage === undefined ? '' : texts.say('point.isDamaged');
}

/** `+12 ~3 –1`, against the restore point before. */
function showChanges({ added, changed, removed }: PointLine, page: Page): string {
  if (added === undefined) return '';
  const parts = [
    ['+', added],
    ['~', changed ?? 0],
    ['–', removed ?? 0],
  ] as const;
  const shown = parts.filter(([, count]) => count > 0).map(([mark, count]) => `${mark}${page.number(count)}`);
  return shown.length === 0 ? '=' : shown.join(' ');
}

function showKind(kind: string, { texts }: Page): string {
  const key = `kind.${kind}`;
  return texts.has(key) ? texts.say(key) : kind;
}
