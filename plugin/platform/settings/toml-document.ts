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
  let openQuotes: string | undefined;
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

/** The quotes of a text of several lines that is still open after this line. */
function findOpenQuotes(lineText: string, openBefore: string | undefined): string | undefined {
  let open = openBefore;
  for (const [quotes] of lineText.matchAll(/"""|'''/g)) {
    if (open === undefined) open = quotes;
    else if (open === quotes) open = undefined;
  }
  return open;
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
