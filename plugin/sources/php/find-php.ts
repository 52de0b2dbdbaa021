import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const folders = ['/usr/local/bin', '/usr/bin', '/bin'];

/** The `php-cgi` that runs sites: the one that is named, or the system's. @returns undefined when there is none. */
export function findPhp(named: string | undefined): string | undefined {
  const candidates = named === undefined ? folders.map((folder) => join(folder, 'php-cgi')) : [named];
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Of `php-cgi -m`, in small letters. */
export function readExtensions(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split('\n')
      .map((line) => line.trim().toLowerCase())
      .filter((line) => /^[\w ]+$/.test(line)),
  );
}
