let segmenter: Intl.Segmenter | undefined;
const invisible = /^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}]+$/u;
const picture =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}{2}|[#*0-9]\ufe0f?\u20e3/u;
// Unicode Standard Annex 11: scripts and forms that take two cells.
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\u30fb-\u30fc\u3190-\u31bf\uff01-\uff60\uffe0-\uffe6]/u;
/** Latin, Greek, Cyrillic and the marks that Larder's own texts use: one cell each, nothing combines. */
const narrow =
  /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f\u1f00-\u1f15\u2010-\u2015\u2018-\u201f\u2026\u2192\u2713\u2717]*$/;

/** How many cells of a terminal `text` takes. */
export function displayWidth(text: string): number {
  if (narrow.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

/** Made at the first need: it costs more than all of a short command's output. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function graphemeWidth(segment: string): number {
  if (invisible.test(segment)) return 0;
  const isHalfWidth = /^[\uff61-\uffdc]/.test(segment);
  return !isHalfWidth && (wide.test(segment) || picture.test(segment)) ? 2 : 1;
}

/** `text` with spaces until it takes `width` cells: after it, or before it with `side` right. */
export function padToWidth(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const padding = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + padding : padding + text;
}

/** `text` cut so that it takes at most `width` cells, with `…` where it was cut. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of graphemesOf(text)) {
    used += graphemeWidth(segment);
    if (used > width - 1) break;
    cut += segment;
  }
  return `${cut}…`.slice(0, Math.max(0, width) === 0 ? 0 : undefined);
}
