/**
 * `text` as one word of a POSIX shell, whatever it holds (no zero byte; line ends at its end are lost). Control
 * characters are written as octal for `printf`, so that the word is safe to look at, too.
 */
export function quoteForShell(text: string): string {
  if (!unsafe.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const octal = [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `"$(printf '${octal.join('')}')"`;
}

// Control characters, line separators, marks of writing direction and what cannot be seen.
const unsafe = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
