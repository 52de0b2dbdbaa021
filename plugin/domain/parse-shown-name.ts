/**
 * The bytes of a name as `showName` writes it: `parseShownName(showName(name))` is `name`. `\xNN` is one byte,
 * `\uNNNN` one character, `\\` a backslash; a backslash that begins none of these stands for itself, so that
 * names people type need no care. Paths may be read whole: a `/` stays one.
 */
export function parseShownName(shown: string): Uint8Array {
  const parts = [...shown.matchAll(piece)].map(([text]) => parsePiece(text));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

const piece = /\\\\|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\|[^\\]+/giu;
const encoder = new TextEncoder();

function parsePiece(text: string): Uint8Array {
  if (text === '\\\\') return encoder.encode('\\');
  if (/^\\x/i.test(text)) return Uint8Array.of(Number.parseInt(text.slice(2), 16));
  if (/^\\u/i.test(text)) return encoder.encode(String.fromCodePoint(Number.parseInt(text.slice(2), 16)));
  return encoder.encode(text);
}
