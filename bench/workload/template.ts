import { drawWord, verbs, writeProse } from './vocabulary.ts';
import { itemAt } from './random.ts';
import type { Random } from './random.ts';

/** The words one file draws its names from: real sources use few names, many times. */
export interface FileWords {
  readonly random: Random;
  readonly nouns: readonly string[];
}

/** A line of source with slots: `if ( ! $this->{noun} ) {`. */
export interface Template {
  readonly literals: readonly string[];
  readonly slots: readonly string[];
}

export function createFileWords(random: Random, sizeBytes: number): FileWords {
  const count = Math.min(300, 10 + Math.floor(sizeBytes / 800));
  return { random, nouns: Array.from({ length: count }, () => drawWord(random)) };
}

export function parseTemplates(lines: readonly string[]): readonly Template[] {
  return lines.map((line) => {
    const parts = line.split(/\{(noun|Noun|verb|number|hex|text|name)\}/);
    return { literals: parts.filter((_, at) => at % 2 === 0), slots: parts.filter((_, at) => at % 2 === 1) };
  });
}

export function fillTemplate(template: Template, words: FileWords): string {
  let line = itemAt(template.literals, 0);
  for (let at = 0; at < template.slots.length; at += 1) {
    line += fillSlot(itemAt(template.slots, at), words) + itemAt(template.literals, at + 1);
  }
  return line;
}

function fillSlot(slot: string, { random, nouns }: FileWords): string {
  switch (slot) {
    case 'noun':
      return random.pick(nouns);
    case 'Noun':
      return capitalise(random.pick(nouns));
    case 'verb':
      return random.pick(verbs);
    case 'name':
      return `${random.pick(nouns)}_${random.chance(0.3) ? drawWord(random) : random.pick(nouns)}`;
    case 'number':
      return String(random.below(random.chance(0.7) ? 12 : 3000));
    case 'hex':
      return random.below(0xff_ff_ff).toString(16).padStart(6, '0');
    default:
      return writeProse(random, random.between(15, 70)).trimEnd();
  }
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
