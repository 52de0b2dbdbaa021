/** What a `wp-config.php` says, read as text: nothing of it is run. */

export interface WpConfig {
  readonly database: string | undefined;
  readonly user: string | undefined;
  /** Of the database: `localhost`, a name, an address, each perhaps with `:` and a port or a socket. */
  readonly host: string | undefined;
  /** The site's address, where the file sets it. */
  readonly address: string | undefined;
}

/** More of a file is not looked at. */
export const wpConfigBytes = 64 * 1024;

/** A constant that is not set by a plain text, or in several ways, is undefined: nobody but PHP can tell what it is. */
export function readWpConfig(text: string): WpConfig {
  const start = text.indexOf('<?php');
  const constants = start === -1 ? new Map<string, string>() : readConstants(tokensOf(text.slice(start + 5)));
  return {
    database: constants.get('DB_NAME'),
    user: constants.get('DB_USER'),
    host: constants.get('DB_HOST'),
    address: constants.get('WP_HOME') ?? constants.get('WP_SITEURL'),
  };
}

/** Each kind ends at the end of the text too, so that no text takes longer than its length. */
const token =
  /\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|(?:\/\/|#)[^\n]*|'(?:[^'\\]|\\[^])*(?:'|$)|"(?:[^"\\]|\\[^])*(?:"|$)|[A-Za-z_]\w*|\S/g;

function tokensOf(text: string): string[] {
  return (text.match(token) ?? []).filter((one) => !/^(?:\/\*|\/\/|#)/.test(one));
}

/** `define('NAME', 'text')`. */
function readConstants(tokens: readonly string[]): Map<string, string> {
  const constants = new Map<string, string>();
  const unknown = new Set<string>();
  for (const [index, word] of tokens.entries()) {
    if (word.toLowerCase() !== 'define' || tokens[index + 1] !== '(' || tokens[index + 3] !== ',') continue;
    const name = plainText(tokens[index + 2]);
    if (name === undefined) continue;
    const value = isEnd(tokens[index + 5]) ? plainText(tokens[index + 4]) : undefined;
    if (value === undefined || (constants.get(name) ?? value) !== value) unknown.add(name);
    else constants.set(name, value);
  }
  for (const name of unknown) constants.delete(name);
  return constants;
}

function isEnd(word: string | undefined): boolean {
  return word === ')' || word === ',';
}

/** What a quoted text stands for; undefined when PHP would put something into it. */
function plainText(word: string | undefined): string | undefined {
  if (word === undefined || word.length < 2 || !word.endsWith(word.charAt(0))) return undefined;
  const inside = word.slice(1, -1);
  if (word.startsWith("'")) return inside.replaceAll(/\\([\\'])/g, '$1');
  if (!word.startsWith('"') || /\$|\{|\\[^\\"]/.test(inside)) return undefined;
  return inside.replaceAll(/\\([\\"])/g, '$1');
}
