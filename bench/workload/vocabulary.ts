import { createRandom, itemAt } from './random.ts';
import type { Random } from './random.ts';

const familiarWords =
  'post page user term option meta query cache field widget block theme plugin menu image media comment order product price cart checkout customer shipping invoice email account role nonce token filter action hook request response status value label title content author date link path file folder size width height color font style script layout column section header footer sidebar button form input select table row cell list item group level parent child count limit offset index total number string array object class method result error message notice warning site network domain language locale format editor template archive category search login session payment gateway coupon discount tax rate weight stock review rating message gallery slider video audio feed calendar event location'.split(
    ' ',
  );
const syllables =
  'ba be bo ca ce co da de di do fa fi fo ga ge go ha he hi la le li lo ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo an en in on ar er or ist ent al ing ed ion ous'.split(
    ' ',
  );
export const verbs =
  'get set add remove update delete render load save parse check is has init register enqueue validate sanitize format build fetch resolve apply reset create find insert merge print prepare handle filter'.split(
    ' ',
  );

/** 4,000 distinct words, the familiar ones first, so that a skewed draw favours them. */
export const vocabulary: readonly string[] = buildVocabulary(4000);
/** 8,000 short phrases: prose repeats phrases more than it repeats words. */
const phrases: readonly string[] = buildPhrases(8000);

/** A word drawn so that low ranks come far more often than high ones, as in real text. */
export function drawWord(random: Random): string {
  return drawSkewed(random, vocabulary);
}

/** About `length` characters of prose: sentences of phrases. */
export function writeProse(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    text += drawSkewed(random, phrases);
    text += random.chance(0.15) ? '. ' : ' ';
    if (random.chance(0.12)) text += `${drawWord(random)} `;
  }
  return text;
}

/** Zipf's law: the item of rank n comes 1/n as often as the first. */
function drawSkewed(random: Random, items: readonly string[]): string {
  const rank = Math.exp((random.below(1 << 20) / (1 << 20)) * Math.log(items.length));
  return itemAt(items, Math.floor(rank) - 1);
}

function buildVocabulary(count: number): readonly string[] {
  const random = createRandom(20_001);
  const words = new Set(familiarWords);
  while (words.size < count) {
    let word = '';
    for (let left = random.between(2, 4); left > 0; left -= 1) word += random.pick(syllables);
    words.add(word);
  }
  return [...words];
}

function buildPhrases(count: number): readonly string[] {
  const random = createRandom(20_002);
  const words = ['the', 'a', 'of', 'to', 'and', 'in', 'for', 'with', 'that', 'is', 'on', 'your'];
  return Array.from({ length: count }, () => {
    const parts = [random.pick(words)];
    for (let left = random.between(1, 4); left > 0; left -= 1) parts.push(drawWord(random));
    return parts.join(' ');
  });
}
