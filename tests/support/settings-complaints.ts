import { readFileSync } from 'node:fs';
import { isFailure, type FailureFacts } from '../../plugin/domain/failure.ts';
import {
  openSection,
  readAbsolutePath,
  readFlag,
  readList,
  readText,
  readWholeNumber,
  readWord,
} from '../../plugin/platform/settings/section.ts';
import type { SettingsPath } from '../../plugin/platform/settings/settings-document.ts';

const places: readonly SettingsPath[] = [[], ['panel'], ['destinations', 0]];
const values = [undefined, '', 'two\nlines', 'statik', 'a/../b', '/a/../b', 0, true, [], {}];

/** What the readers that all settings share say to values of every kind: problems and hints. */
export function complaintsOfReaders(): string[] {
  const found = places.flatMap((path) => [
    ...complaintsOf(() => openSection(documentOf({}), path, 'text', ['kind', 'path'])),
    ...complaintsOf(() => openSection(documentOf({}), path, { knid: 1 }, ['kind', 'path'])),
    ...complaintsOf(() => openSection(documentOf({}), path, { xyzzy: 1 }, ['kind', 'path'])),
    ...values.flatMap((key) => complaintsAbout(path, key)),
  ]);
  return [...new Set(found)];
}

function complaintsAbout(path: SettingsPath, key: unknown): string[] {
  const section = openSection(documentOf({ key }), path, key === undefined ? {} : { key }, ['key']);
  const readers = [
    () => readText(section, 'key', 'a name'),
    () => readWord(section, 'key', ['static', 'linux']),
    () => readAbsolutePath(section, 'key', '/srv'),
    () => readWholeNumber(section, 'key', 1, 5),
    () => readFlag(section, 'key'),
    () => readList(section, 'key', 'a name'),
  ];
  return readers.flatMap(complaintsOf);
}

function documentOf(value: object) {
  return { file: '/etc/larder/larder.toml', value, lines: new Map<string, number>() };
}

function complaintsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!isFailure(error, 'configuration-invalid')) throw error;
    const { problem, hint } = error.facts as FailureFacts['configuration-invalid'];
    return [problem, hint];
  }
}

/** Literals of several words in a source file; what is filled in stands there as `"x"`. */
export function sentencesOf(path: string): string[] {
  return sentencesIn(readFileSync(path, 'utf8'));
}

/** The same in a piece of source. */
export function sentencesIn(source: string): string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$|^import[^;]*;/gm, '');
  const found = code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g);
  return [...found]
    .map(([, single, double, filled]) => single ?? double ?? fillIn(filled ?? ''))
    .filter((text) => /[a-z]{2}[,;:]? ["`[a-z\d]|^["`].* [a-z]{2}/i.test(text));
}

function fillIn(template: string): string {
  const inner = template.replaceAll(/(?<=["`])\$\{[^}]*\}/g, 'x').replaceAll('\\`', '`');
  return inner.replaceAll(/(?<=`)\$\{[^}]*\}(?=`)/g, 'x').replaceAll(/\$\{[^}]*\}/g, '"x"');
}
