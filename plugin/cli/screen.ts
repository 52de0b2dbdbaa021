import { util } from './node-util.ts';

/** A stream that text is written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTerminal: boolean;
  /** Cells of a line, when it is a terminal. */
  readonly columns: number | undefined;
}

/** Standard output and standard error, with at most one line of progress that is always cleaned away in time. */
export interface Screen {
  /** A line of the answer. */
  readonly write: (line: string) => void;
  /** A line beside the answer. */
  readonly talk: (line: string) => void;
  /** A question: no line end. */
  readonly ask: (question: string) => void;
  /** Replaces the line of progress. */
  readonly draw: (line: string) => void;
  /** Takes the line of progress away. */
  readonly clear: () => void;
}

const eraseLine = '\r\u001b[K';

/** Colours are left out where there is no terminal; typographic marks become plain letters where it has no UTF-8. */
export function openScreen(stdout: Output, stderr: Output, hasUtf8: boolean): Screen {
  const plain = hasUtf8 ? (text: string) => text : toPlainMarks;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) stderr.write(eraseLine);
    isDrawn = false;
  };
  const after = (output: Output, end: string) => (text: string) => {
    clear();
    output.write(plain(output.isTerminal ? text : util.stripVTControlCharacters(text)) + end);
  };
  return {
    write: after(stdout, '\n'),
    talk: after(stderr, '\n'),
    ask: after(stderr, ''),
    draw: (line) => {
      stderr.write(`${eraseLine}${plain(line)}`);
      isDrawn = true;
    },
    clear,
  };
}

const plainMarks: readonly (readonly [RegExp, string])[] = [
  [/[“”„«»]/g, '"'],
  [/[‘’]/g, "'"],
  [/[–—·]/g, '-'],
  [/…/g, '...'],
  [/█/g, '#'],
  [/✗/g, 'x'],
  [/→/g, '->'],
  [/[\u00a0\u202f]/g, ' '],
];

function toPlainMarks(text: string): string {
  return plainMarks.reduce((plain, [mark, letter]) => plain.replace(mark, letter), text);
}
