import { timeFillers, timeWords } from './human-time-words.ts';
import type { TimeToken } from './human-time-words.ts';

const longest = 100;

/** The meanings of the words of `text` in order, without those that say nothing; undefined when one is not known. */
export function readTimeTokens(text: string): readonly TimeToken[] | undefined {
  if (text.length > longest) return undefined;
  const tokens: TimeToken[] = [];
  for (const word of splitWords(text)) {
    if (timeFillers.has(word) || isGermanAm(word, tokens.at(-1))) continue;
    const token = readToken(word);
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

/** Lower case, without accents, a space between digits and letters: `8PM` is `8 pm`, `χθες` is `χθεσ`. */
function splitWords(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ');
  const spaced = plain
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replaceAll(',', ' ');
  return spaced
    .split(/\s+/)
    .map(withoutFullStop)
    .filter((word) => word !== '');
}

/** `Nov.` is `nov`, `π.μ.` is `πμ`; the stops of `18.11.` stay. */
function withoutFullStop(word: string): string {
  return /^\d/.test(word) ? word : word.replaceAll('.', '');
}

/** `am` is "on the" in German, and English only after a number: "am 18. November", "8 am". */
function isGermanAm(word: string, before: TimeToken | undefined): boolean {
  return word === 'am' && before?.letter !== 'N' && before?.letter !== 'C';
}

function readToken(word: string): TimeToken | undefined {
  return timeWords.get(word) ?? readNumber(word) ?? readClock(word) ?? readDate(word);
}

function readNumber(word: string): TimeToken | undefined {
  const found = /^(\d{1,4})\.?$/.exec(word);
  return found === null ? undefined : { letter: 'N', number: Number(found[1]) };
}

function readClock(word: string): TimeToken | undefined {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(word);
  if (found === null) return undefined;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return { letter: 'C', milliseconds, lastsMilliseconds: found[3] === undefined ? 60_000 : 1000 };
}

/** Day before month, as in Europe. */
function readDate(word: string): TimeToken | undefined {
  const found = /^(\d{1,2})([./])(\d{1,2})(?:\2(\d{4})?)?$/.exec(word);
  if (found === null) return undefined;
  const year = found[4] === undefined ? undefined : Number(found[4]);
  return { letter: 'X', day: Number(found[1]), month: Number(found[3]), year };
}
