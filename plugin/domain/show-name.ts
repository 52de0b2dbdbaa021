/**
 * A name as people see it, safe on a terminal, in a page, a log line and a mail: text that is valid UTF-8
 * stands as it is, but control characters, line separators and marks that change the writing direction are
 * written as escapes (`\x1b`, `\u202e`); other bytes as `\xNN`. A backslash is written twice, so that two
 * different names never look the same; `parseShownName` reads it back.
 */
export function showName(name: Uint8Array | string): string {
  const bytes = typeof name === 'string' ? undefined : name;
  const text = bytes === undefined ? (name as string) : decode(bytes);
  if (text === undefined) return escapeBytes(bytes ?? new Uint8Array());
  return text.replace(unsafe, escapeCharacter);
}

/** A path as people see it: each part by `showName`, joined by `/`. */
export function showPath(parts: readonly Uint8Array[]): string {
  return parts.map((part) => showName(part)).join('/');
}

// C0, DEL, C1, backslash, soft hyphen-like invisibles, line separators, bidirectional controls, lone surrogates, BOM.
const unsafe = /[\u0000-\u001f\u007f-\u009f\\\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function escapeBytes(bytes: Uint8Array): string {
  let shown = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
    shown += plain ? String.fromCharCode(byte) : byte === 0x5c ? '\\\\' : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return shown;
}
