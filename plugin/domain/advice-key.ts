/**
 * The key under which texts keep a sentence that a failure carries in its facts: `Sign in again.` is `sign-in-again`.
 * What a failure says to programs stays English; people read it in their language.
 */
export function adviceKey(sentence: string): string {
  return `advice.${sentence
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}`;
}

/** Facts that hold such sentences. */
export const adviceFacts: readonly string[] = ['hint', 'mend', 'problem'];
