import { languages, type Language } from '../domain/language.ts';

/** What of the environment the command line looks at. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** The language people read, as POSIX says: LC_ALL, else LC_MESSAGES, else LANG; English where text cannot be UTF-8. */
export function chooseLanguage(environment: Environment): Language {
  const name = firstSet(environment, ['LC_ALL', 'LC_MESSAGES', 'LANG']).toLowerCase();
  const wanted = languages.find((language) => new RegExp(`^${language}(?:[_.@-]|$)`).test(name));
  return wanted !== undefined && isUtf8(environment) ? wanted : 'en';
}

/** Whether the terminal understands UTF-8. */
export function isUtf8(environment: Environment): boolean {
  return /utf-?8/i.test(firstSet(environment, ['LC_ALL', 'LC_CTYPE', 'LANG']));
}

function firstSet(environment: Environment, names: readonly string[]): string {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '') ?? '';
}
