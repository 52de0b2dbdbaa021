/** A manual page in the form of man(7). */
export interface ManualPage {
  /** `larder-restore`. */
  readonly name: string;
  readonly sections: readonly { readonly title: string; readonly blocks: readonly Block[] }[];
}

/** A paragraph, a line that is shown as it is, or a term with its explanation. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'term'; readonly term: string; readonly text: string };

/** The page as roff source, for `man -l` and the folders that `man` looks into. */
export function renderRoff({ name, sections }: ManualPage): string[] {
  return [
    `'\\" -*- coding: utf-8 -*-`, // whatever the locale of who reads it (preconv(1))
    `.TH ${quote(name.toUpperCase())} 1 "" Larder Larder`,
    '.nh',
    '.ad l',
    ...sections.flatMap(({ title, blocks }) => [`.SH ${quote(title)}`, ...blocks.flatMap(renderBlock)]),
  ];
}

function renderBlock(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return ['.PP', escape(block.text)];
    case 'code':
      return ['.PP', '.nf', '.RS 4', ...block.lines.map(escape), '.RE', '.fi'];
    case 'term':
      return ['.TP', `.B ${quote(block.term)}`, escape(block.text)];
  }
}

function quote(text: string): string {
  return `"${escape(text).replaceAll('"', '\\(dq')}"`;
}

const characters: { readonly [character: string]: string } = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '~': '\\(ti',
  '^': '\\(ha',
};

/** What stands on a screen can be copied from there; a line does not begin like a request (groff_char(7)). */
function escape(text: string): string {
  const safe = text.replaceAll(/[\\'`~^-]/g, (character) => characters[character] ?? character);
  return safe.startsWith('.') ? `\\&${safe}` : safe;
}
