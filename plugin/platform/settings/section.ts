import { isAbsolute, normalize } from 'node:path';
import { nearestWord } from '../../domain/nearest-word.ts';
import { refuse, type SettingsDocument, type SettingsPath } from './settings-document.ts';

/** One table of a settings file. The readers below throw `configuration-invalid` with the line of what is wrong. */
export interface Section {
  readonly document: SettingsDocument;
  readonly path: SettingsPath;
  readonly fields: Fields;
}

type Fields = { readonly [key: string]: unknown };

/** @throws {Failure} `configuration-invalid` when the value at `path` is no table, or has a key beyond `knownKeys`. */
export function openSection(
  document: SettingsDocument,
  path: SettingsPath,
  value: unknown,
  knownKeys: readonly string[],
): Section {
  if (!isTable(value))
    return refuse(document, path, `${showPath(path)} must be a table`, `with the keys ${list(knownKeys)}`);
  for (const key of Object.keys(value)) {
    if (knownKeys.includes(key)) continue;
    refuse(document, [...path, key], `unknown key \`${key}\`${showPlace(path)}`, suggest(key, knownKeys));
  }
  return { document, path, fields: value };
}

/** @throws {Failure} `configuration-invalid`, always, with the line of `key`. */
export function refuseKey(section: Section, key: string, problem: string, hint: string): never {
  return refuse(section.document, [...section.path, key], problem, hint);
}

export function hasKey(section: Section, key: string): boolean {
  return section.fields[key] !== undefined;
}

/** A text that is not empty and holds no control characters. */
export function readText(section: Section, key: string, hint: string): string {
  const value = readRequired(section, key, hint);
  if (isPlainText(value)) return value;
  return refuseKey(section, key, `\`${key}\` must be text on one line, not ${showType(value)}`, hint);
}

export function readOptionalText(section: Section, key: string, hint: string): string | undefined {
  return hasKey(section, key) ? readText(section, key, hint) : undefined;
}

/** One of a few words. */
export function readWord<Word extends string>(section: Section, key: string, words: readonly Word[]): Word {
  const text = readText(section, key, `one of ${list(words)}`);
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  return refuseKey(section, key, `\`${key}\` is "${text}"`, suggest(text, words));
}

/** An absolute path without `.`, `..`, double or trailing slashes. */
export function readAbsolutePath(section: Section, key: string, example: string): string {
  const path = readText(section, key, `an absolute path such as "${example}"`);
  if (!isAbsolute(path)) refuseKey(section, key, `\`${key}\` must be an absolute path`, `such as "${example}"`);
  const normal = normalizePath(path);
  if (normal !== path) refuseKey(section, key, `\`${key}\` is not in its shortest form`, `write "${normal}"`);
  return path;
}

export function readWholeNumber(section: Section, key: string, least: number, most: number): number {
  const hint = `a whole number from ${least} to ${most}`;
  const value = readRequired(section, key, hint);
  if (isWholeNumber(value, least, most)) return value;
  const shown = typeof value === 'number' ? String(value) : showType(value);
  return refuseKey(section, key, `\`${key}\` is ${shown}`, `it must be ${hint}`);
}

export function readFlag(section: Section, key: string): boolean {
  const value = readRequired(section, key, 'true or false');
  if (typeof value === 'boolean') return value;
  return refuseKey(section, key, `\`${key}\` must be true or false, not ${showType(value)}`, 'without quotes');
}

/** The items of a list; none when the key is absent. */
export function readList(section: Section, key: string, hint: string): readonly unknown[] {
  const value = section.fields[key] ?? [];
  if (Array.isArray(value)) return value;
  return refuseKey(section, key, `\`${key}\` must be a list, not ${showType(value)}`, hint);
}

export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/\p{Cc}/u.test(value);
}

export function isWholeNumber(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}

export function normalizePath(path: string): string {
  const normal = normalize(path).replace(/^\/+/, '/');
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

function readRequired(section: Section, key: string, hint: string): unknown {
  if (hasKey(section, key)) return section.fields[key];
  return refuse(
    section.document,
    section.path,
    `\`${key}\` is missing${showPlace(section.path)}`,
    `add \`${key}\`: ${hint}`,
  );
}

function isTable(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function suggest(word: string, candidates: readonly string[]): string {
  const near = nearestWord(word, candidates);
  return near === undefined ? `known here: ${list(candidates)}` : `did you mean \`${near}\`?`;
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

function showPlace(path: SettingsPath): string {
  return path.length === 0 ? '' : ` in ${showPath(path)}`;
}

function showPath(path: SettingsPath): string {
  if (path.length === 0) return 'the file';
  const steps = path.map((step) => (typeof step === 'number' ? `#${step + 1}` : step));
  return `[${steps.join(', ')}]`;
}

function showType(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : 'text';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a table' : `a ${typeof value}`;
}
