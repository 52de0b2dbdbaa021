/** So many characters a passphrase of one's own has at least. */
export const leastPassphrase = 14;
/** So many of them are different. */
const leastDifferent = 7;

/**
 * Whether a passphrase is hard enough to guess to keep data from whoever has the sealed files and time. It cannot know what
 * is easy for people who know the owner; it refuses what is easy for everybody.
 */
export function isStrongPassphrase(passphrase: string, account: string): boolean {
  const characters = Array.from(passphrase.trim());
  if (characters.length < leastPassphrase || new Set(characters).size < leastDifferent) return false;
  const rest = Array.from(passphrase.toLowerCase().replaceAll(account.toLowerCase(), ''));
  return rest.length >= leastPassphrase && !isStep(characters);
}

/** `abcdefghijklmn`, `98765432109876`: each character follows the one before. */
function isStep(characters: readonly string[]): boolean {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.filter((step) => Math.abs(step) <= 1).length * 4 > steps.length * 3;
}
