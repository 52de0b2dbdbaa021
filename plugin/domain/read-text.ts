/** Text of a file, as far as it was read. */
export interface ReadText {
  readonly text: string;
  /** False: not all bytes are UTF-8, and those that are not stand as U+FFFD. */
  readonly isExact: boolean;
}

/** So many of a thousand characters may be none of UTF-8 in a text that was written in an older encoding. */
const strangePerThousand = 300;

/**
 * The bytes as text, when a person could read them as such; undefined for anything that has zero bytes or more than a
 * few control characters.
 * @param isWhole whether the file ends where the bytes do: a character may be cut when not.
 */
export function readText(bytes: Uint8Array, isWhole: boolean): ReadText | undefined {
  if (bytes.includes(0)) return undefined;
  const exact = decode(bytes, isWhole);
  if (exact !== undefined) return hasControls(exact) ? undefined : { text: exact, isExact: true };
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);
  const strange = text.split('\ufffd').length - 1;
  const isReadable = !hasControls(text) && strange * 1000 <= text.length * strangePerThousand;
  return isReadable ? { text, isExact: false } : undefined;
}

function decode(bytes: Uint8Array, isWhole: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return undefined;
  }
}

/** Tabs, line ends, form feeds and escapes occur in texts; a handful of others does not make one binary. */
function hasControls(text: string): boolean {
  const controls = text.match(/[\u0001-\u0008\u000b\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  return controls > 8 || (controls > 0 && controls * 100 > text.length);
}
