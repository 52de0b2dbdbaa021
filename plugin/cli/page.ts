import { util } from './node-util.ts';
import type { Moments } from './moments.ts';
import { writeNumber, writeTenths } from './numbers.ts';
import type { Texts } from './texts.ts';

export type Colour = 'plain' | 'grey' | 'red' | 'green' | 'yellow' | 'cyan' | 'bold';
export type Mark = 'good' | 'warning' | 'bad';

/** What is written for people: sentences in their language, numbers, times, colours as the terminal can show them. */
export interface Page extends Moments {
  readonly texts: Texts;
  /** Cells of a line. */
  readonly columns: number;
  readonly paint: (colour: Colour, text: string) => string;
  /** ✓, ! or ✗ before `text`; plain letters where the terminal has no UTF-8. */
  readonly mark: (mark: Mark, text: string) => string;
  readonly number: (value: number) => string;
  /** `99.5 %` of a share from 0 to 1; never rounded up to all of it. */
  readonly percent: (share: number) => string;
  /** @param currency ISO 4217. */
  readonly money: (amount: number, currency: string) => string;
  /** Decimal units with at most three digits: `412 MB`. */
  readonly size: (bytes: number) => string;
  /** `8 s`, `3 min 20 s`, `2 h 5 min`. */
  readonly duration: (seconds: number) => string;
}

export interface PageSettings {
  readonly texts: Texts;
  readonly moments: Moments;
  readonly columns: number;
  readonly hasColour: boolean;
  readonly hasUtf8: boolean;
}

export function createPage({ texts, moments, columns, hasColour, hasUtf8 }: PageSettings): Page {
  const paint = (colour: Colour, text: string) => (hasColour ? colourText(colour, text) : text);
  return {
    ...moments,
    texts,
    columns,
    paint,
    mark: (mark, text) => `${paint(markColours[mark], (hasUtf8 ? marks : plainMarks)[mark])} ${text}`,
    number: (value) => writeNumber(value, texts.language),
    percent: (share) => {
      const floored = Math.floor(share * 1000) / 1000;
      return new Intl.NumberFormat(texts.language, { style: 'percent', maximumFractionDigits: 1 }).format(floored);
    },
    money: (amount, currency) => {
      return new Intl.NumberFormat(texts.language, { style: 'currency', currency }).format(amount);
    },
    size: (bytes) => formatSize(bytes, texts),
    duration: (seconds) => formatDuration(seconds, texts),
  };
}

const marks = { good: '✓', warning: '!', bad: '✗' } as const;
const plainMarks = { good: '+', warning: '!', bad: 'x' } as const;
const markColours = { good: 'green', warning: 'yellow', bad: 'red' } as const;

function colourText(colour: Colour, text: string): string {
  return colour === 'plain' || text === '' ? text : util.styleText(colour, text, { validateStream: false });
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function formatSize(bytes: number, { language }: Texts): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const isWhole = unit === 0 || value >= 9.95;
  const number = isWhole ? writeNumber(Math.round(value), language) : writeTenths(value, language);
  return `${number} ${units[unit] ?? ''}`;
}

function formatDuration(seconds: number, texts: Texts): string {
  if (seconds < 1) return texts.say('duration.short');
  const whole = Math.round(seconds);
  if (whole < 60) return texts.say('duration.seconds', { seconds: whole });
  if (whole < 3600) return texts.say('duration.minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return texts.say('duration.hours', { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}
