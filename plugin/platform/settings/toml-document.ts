import { parse, TomlError } from 'smol-toml';
import { Failure } from '../../domain/failure.ts';
import { settingsKey, type SettingsDocument, type SettingsPath } from './settings-document.ts';

/** @throws {Failure} `configuration-invalid` with the line when `text` is not TOML. */
export function parseTomlDocument(file: string, text: string): SettingsDocument {
  try {
    return { file, value: parse(text), lines: locateKeys(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const problem = error.message.split('\n', 1)[0] ?? 'not TOML';
    const hint = 'text needs quotes: key = "value"';
    throw new Failure('configuration-invalid', { file, line: error.line, problem, hint }, { cause: error });
  }
}

const keyPart = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')`;
const dottedKey = String.raw`${keyPart}(?:\s*\.\s*${keyPart})*`;
const listHeader = new RegExp(String.raw`^\s*\[\[\s*(${dottedKey})\s*\]\]\s*(?:#.*)?$`);
const tableHeader = new RegExp(String.raw`^\s*\[\s*(${dottedKey})\s*\]\s*(?:#.*)?$`);
const assignment = new RegExp(String.raw`^\s*(${dottedKey})\s*=`);

/** Keys of inline tables get no line of their own: `lineOf` then answers with the line of the table. */
function locateKeys(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const listLengths = new Map<string, number>();
  let table: SettingsPath = [];
  let openQuotes: Quotes | undefined;
  for (const [index, lineText] of text.split('\n').entries()) {
    const isInsideText = openQuotes !== undefined;
    openQuotes = findOpenQuotes(lineText, openQuotes);
    if (isInsideText) continue;
    const list = listHeader.exec(lineText)?.[1];
    const header = list ?? tableHeader.exec(lineText)?.[1];
    const key = assignment.exec(lineText)?.[1];
    if (list !== undefined) countListItem(list, listLengths);
    if (header !== undefined) table = resolve([], header, listLengths);
    if (header !== undefined) remember(lines, [], table, index + 1);
    else if (key !== undefined) remember(lines, table, resolve(table, key, listLengths), index + 1);
  }
  return lines;
}

/** A line that begins a table. */
export interface TableHeader {
  /** From 1. */
  readonly line: number;
  readonly name: string;
  /** `[[name]]`: one more of a list. */
  readonly isList: boolean;
}

/** The headers of a text that is TOML, in order. */
export function headersOf(text: string): TableHeader[] {
  const headers: TableHeader[] = [];
  let openQuotes: Quotes | undefined;
  for (const [index, lineText] of text.split('\n').entries()) {
    const isInsideText = openQuotes !== undefined;
    openQuotes = findOpenQuotes(lineText, openQuotes);
    if (isInsideText) continue;
    const list = listHeader.exec(lineText)?.[1];
    const name = list ?? tableHeader.exec(lineText)?.[1];
    if (name !== undefined)
      headers.push({ line: index + 1, name: splitKey(name).join('.'), isList: list !== undefined });
  }
  return headers;
}

type Quotes = '"""' | "'''";

/** The quotes of a text of several lines that is still open after this line; those in comments and shorter texts count for nothing. */
function findOpenQuotes(lineText: string, openBefore: Quotes | undefined): Quotes | undefined {
  let open = openBefore;
  for (let at = 0; at < lineText.length;) {
    const pattern = markOf(open);
    pattern.lastIndex = at;
    const mark = pattern.exec(lineText)?.[0];
    if (mark === undefined || mark === '#') return open;
    at = pattern.lastIndex;
    if (mark === open) open = undefined;
    else if (open === undefined && (mark === '"""' || mark === "'''")) open = mark;
  }
  return open;
}

/** What comes next that matters, outside of such a text or within it. */
function markOf(open: Quotes | undefined): RegExp {
  if (open === undefined) return /"""|'''|"(?:[^"\\]|\\.)*"|'[^']*'|#/g;
  return open === '"""' ? /\\.|"""/g : /'''/g;
}

function countListItem(header: string, listLengths: Map<string, number>): void {
  const key = settingsKey(splitKey(header));
  listLengths.set(key, (listLengths.get(key) ?? 0) + 1);
}

/** A header names a list; what follows belongs to its newest item. */
function resolve(table: SettingsPath, dotted: string, listLengths: ReadonlyMap<string, number>): SettingsPath {
  const path = [...table];
  const names: (string | number)[] = table.filter((step) => typeof step === 'string');
  for (const name of splitKey(dotted)) {
    path.push(name);
    names.push(name);
    const length = listLengths.get(settingsKey(names));
    if (length !== undefined) path.push(length - 1);
  }
  return path;
}

function remember(lines: Map<string, number>, table: SettingsPath, path: SettingsPath, line: number): void {
  for (let length = table.length + 1; length <= path.length; length += 1) {
    const key = settingsKey(path.slice(0, length));
    if (!lines.has(key)) lines.set(key, line);
  }
}

function splitKey(dotted: string): string[] {
  return [...dotted.matchAll(new RegExp(keyPart, 'g'))].map(([part]) => part.replace(/^(["'])(.*)\1$/, '$2'));
}
