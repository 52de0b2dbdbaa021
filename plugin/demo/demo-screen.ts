import { styleText } from 'node:util';

export type Say = (key: string, facts?: { readonly [name: string]: string | number }) => string;
type Colour = 'bold' | 'grey' | 'green' | 'cyan' | 'red';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What the demo tells while it is made and served. */
export interface DemoScreen {
  readonly say: Say;
  readonly paint: (colour: Colour, text: string) => string;
  readonly lines: (lines: readonly string[]) => void;
  /** The sentence `demo.<key>`. */
  readonly note: (key: string) => void;
  readonly fail: (sentence: string) => void;
  readonly begin: (folder: string, days: number) => void;
  readonly progress: (progress: DemoProgress) => void;
  readonly made: (points: number) => void;
}

export type DemoProgress =
  | { readonly kind: 'home'; readonly account: string; readonly files: number; readonly bytes: number }
  | { readonly kind: 'night'; readonly ago: number };

/** @param isPlain leaves colours out on a terminal, too. */
export function openDemoScreen(output: Output, say: Say, isPlain: boolean): DemoScreen {
  const isTerminal = output.isTTY === true;
  const paint = (colour: Colour, text: string): string =>
    isTerminal && !isPlain ? styleText(colour, text, { validateStream: false }) : text;
  let wholeDays = 0;
  let hasLine = false;
  const write = (line: string): void => {
    output.write(`${hasLine ? eraseLine : ''}${line}\n`);
    hasLine = false;
  };
  const homes = new Set<string>();
  return {
    say,
    paint,
    lines: (lines) => lines.forEach(write),
    note: (key) => write(paint('grey', say(`demo.${key}`))),
    fail: (sentence) => write(paint('red', sentence)),
    begin(folder, days) {
      wholeDays = days;
      write(say('demo.begin', { folder, count: days }));
    },
    progress(progress) {
      if (progress.kind === 'home') {
        if (homes.has(progress.account)) return;
        homes.add(progress.account);
        const { account, files, bytes } = progress;
        write(`  ${say('demo.home', { account, count: files, megabytes: Math.round(bytes / 1e6) })}`);
        return;
      }
      const line = `  ${say('demo.night', { day: wholeDays - progress.ago + 1, days: wholeDays })}`;
      if (!isTerminal) return;
      output.write(`${eraseLine}${line}`);
      hasLine = true;
    },
    made: (points) => write(`  ${say('demo.made', { count: points })}`),
  };
}

const eraseLine = '\r\u001b[K';
