import { Failure } from '../../domain/failure.ts';

/** The way from the top of a settings file to a value: names of keys and places in lists. */
export type SettingsPath = readonly (string | number)[];

/** A settings file as it was written: what it says, and on which line. */
export interface SettingsDocument {
  readonly file: string;
  readonly value: unknown;
  /** Lines by `settingsKey`. */
  readonly lines: ReadonlyMap<string, number>;
}

export function settingsKey(path: SettingsPath): string {
  return JSON.stringify(path);
}

/** The line of a value, or of the nearest thing around it that has one; 1 when nothing has. */
export function lineOf(document: SettingsDocument, path: SettingsPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const line = document.lines.get(settingsKey(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

/** @throws {Failure} `configuration-invalid`, always, with the line of `path`. */
export function refuse(document: SettingsDocument, path: SettingsPath, problem: string, hint: string): never {
  throw new Failure('configuration-invalid', { file: document.file, line: lineOf(document, path), problem, hint });
}
