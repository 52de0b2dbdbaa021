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

/** Where the terminal has no UTF-8, typographic marks are written with plain letters. */
export function openScreen(stdout: Output, stderr: Output, hasUtf8: boolean): Screen {
  const plain = hasUtf8 ? (text: string) => text : toPlainMarks;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) stderr.write(eraseLine);
    isDrawn = false;
  };
  const after = (write: (text: string) => void) => (text: string) => {
    clear();
    write(plain(text));
  };
  return {
    write: after((line) => stdout.write(`${line}\n`)),
    talk: after((line) => stderr.write(`${line}\n`)),
    ask: after((question) => stderr.write(question)),
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
  [/[\u00a0\u202f]/g, ' '],
];

function toPlainMarks(text: string): string {
  return plainMarks.reduce((plain, [mark, letter]) => plain.replace(mark, letter), text);
}
