/*
 * What failures say to programs stays English; people read it in their language. Texts keep a sentence that a failure
 * carries in its facts under a key that is made from it.
 */

/** Where texts keep a sentence, and what stands in its `{{1}}`, `{{2}}` … */
export interface Advice {
  readonly key: string;
  readonly facts: { readonly [place: string]: string };
}

/** Names, values and examples: what stands in quotes or brackets, and numbers. */
const literal = '`[^`]*`|"[^"]*"|\\[{1,2}[^[\\]]*\\]{1,2}|\\b\\d+(?:\\.\\d+)?\\b';
/** Several of them with commas between are one. */
const literals = new RegExp(`(?:${literal})(?:, (?:${literal}))*`, 'g');

/**
 * `Sign in again.` is `sign-in-again`. What is the same in every language is a place of the sentence: `two accounts are
 * named "maria"` is `two-accounts-are-named-1` with `"maria"` in it.
 */
export function readAdvice(sentence: string): Advice {
  const facts: { [place: string]: string } = {};
  let place = 0;
  const open = sentence.replaceAll(literals, (found) => {
    place += 1;
    facts[place] = found;
    return ` ${place} `;
  });
  const words = open.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return { key: `advice.${words.replaceAll(/^-|-$/g, '')}`, facts };
}

/**
 * The sentence in another language: whole, or else part by part, as in `add "kind": a short name`. One that `find` does
 * not know stays as it is.
 */
export function sayAdvice(sentence: string, find: (advice: Advice) => string | undefined): string {
  const whole = find(readAdvice(sentence));
  if (whole !== undefined) return whole;
  const parts = sentence.split(/(: |, (?=not ))/);
  const said = parts.map((part, index) => (index % 2 === 0 ? find(readAdvice(part)) : part));
  return said.includes(undefined) ? sentence : said.join('');
}

/** Facts that hold such sentences. */
const adviceFacts: readonly string[] = ['hint', 'mend', 'problem', 'after'];

/**
 * What a fact of a failure says in another language: sentences as `sayAdvice` does, what was being done by its name
 * (`run-plan` is kept as `action.run-plan`). What `find` does not know stays as it is.
 */
export function sayFact(name: string, fact: string, find: (advice: Advice) => string | undefined): string {
  if (name === 'action') return find({ key: `action.${fact.replaceAll(' ', '-')}`, facts: {} }) ?? fact;
  return adviceFacts.includes(name) ? sayAdvice(fact, find) : fact;
}
