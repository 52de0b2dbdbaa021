/**
 * Text as Go writes it, because restic's trees are Go's JSON: a name is first quoted as by `strconv.Quote`
 * (without the quotes around it), then encoded as by `encoding/json`. So a tree that Larder writes is the tree
 * that restic would write.
 */
const plainName = /^[A-Za-z0-9 ._,+=@#%~()[\]{}!$'`^:;?*|/-]*$/;
/** What Go calls printable: letters, marks, numbers, punctuation, symbols and the plain space. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const escapes: { readonly [character: string]: string } = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** The name as it stands between the quotes in a tree's JSON. */
export function nameToJson(name: Buffer): string {
  const text = name.toString('latin1');
  return plainName.test(text) ? text : textToJson(quote(name));
}

/** The inside of a JSON string as Go encodes it. */
export function textToJson(text: string): string {
  return text.replace(/["\\<>&\u2028\u2029\u0000-\u001f]/g, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Bytes as Go encodes a string of them: each that is no part of valid UTF-8 becomes `\ufffd`. */
export function bytesToJson(bytes: Buffer): string {
  if (isUtf8(bytes)) return textToJson(bytes.toString('utf8'));
  let json = '';
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at);
    json += character === undefined ? String.raw`\ufffd` : textToJson(character);
    at += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return json;
}

/** `strconv.Quote` without the surrounding quotes. */
export function quote(name: Buffer): string {
  let quoted = '';
  for (let at = 0; at < name.length;) {
    const character = characterAt(name, at);
    quoted += character === undefined ? hexByte(name[at] ?? 0) : quoteCharacter(character);
    at += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return quoted;
}

const escapePattern = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S])|[^\\]+|\\$/g;

/** The bytes of a quoted name. Whatever is no valid escape stands for itself. */
export function unquote(text: string): Buffer {
  if (!text.includes('\\')) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const match of text.matchAll(escapePattern)) {
    parts.push(match[1] === undefined ? Buffer.from(match[0]) : unescape(match[1]));
  }
  return Buffer.concat(parts);
}

export function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The character that begins at `at`, or undefined where the bytes are no valid UTF-8. */
function characterAt(bytes: Buffer, at: number): string | undefined {
  const length = characterLength(bytes, at);
  return length === 0 ? undefined : bytes.toString('utf8', at, at + length);
}

/** How many bytes the character that begins at `at` has; 0 where they are no valid UTF-8 (RFC 3629 section 4). */
export function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || !isSecond(first, bytes[at + 1] ?? 0)) return 0;
  for (let index = 2; index < length; index++) if (!isContinuation(bytes[at + index] ?? 0)) return 0;
  return length;
}

/** Not every continuation may follow: no long forms, no surrogates, nothing beyond U+10FFFF. */
function isSecond(first: number, second: number): boolean {
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= most;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

function quoteCharacter(character: string): string {
  const escaped = escapes[character];
  if (escaped !== undefined) return escaped;
  if (printable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return hexByte(code);
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const hexByte = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

const single: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescape(escape: string): Buffer {
  const kind = escape[0] ?? '';
  if (escape.length === 3 && kind === 'x') return Buffer.of(parseInt(escape.slice(1), 16));
  if (escape.length === 3) return Buffer.of(parseInt(escape, 8) & 0xff);
  if (escape.length === 1) return Buffer.from(single[kind] ?? escape);
  const code = parseInt(escape.slice(1), 16);
  return Buffer.from(code <= 0x10ffff ? String.fromCodePoint(code) : `\\${escape}`);
}
