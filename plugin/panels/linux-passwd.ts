import { isAbsolute } from 'node:path';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseAccountName, type AccountName } from '../domain/ids.ts';
import { showName } from '../domain/show-name.ts';
import { normalizePath } from '../platform/settings/section.ts';

/** One line of passwd(5). */
export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** `/nonexistent` where the line names no absolute path. */
  readonly home: string;
  readonly line: number;
  /** @throws {Failure} `configuration-invalid` when the name cannot be an account's. */
  readonly accountName: () => AccountName;
}

/**
 * Every user of a passwd file; comments and NIS lines (`+…`, `-…`) are passed over.
 * @throws {Failure} `configuration-invalid` with the line that is none: a customer must not go missing silently.
 */
export function parsePasswd(file: string, text: string): PasswdEntry[] {
  const entries: PasswdEntry[] = [];
  const names = new Set<string>();
  for (const [index, lineText] of text.split('\n').entries()) {
    if (lineText.trim() === '' || /^[#+-]/.test(lineText)) continue;
    const entry = parseLine(file, index + 1, lineText);
    if (names.has(entry.name))
      throw invalid(file, entry.line, `the user "${showName(entry.name)}" is written twice`, 'run pwck');
    names.add(entry.name);
    entries.push(entry);
  }
  return entries;
}

function parseLine(file: string, line: number, text: string): PasswdEntry {
  const [name = '', , uid = '', gid = '', , home = '', shell] = text.split(':');
  if (name === '' || shell === undefined || !/^\d{1,10}$/.test(uid) || !/^\d{1,10}$/.test(gid)) {
    throw invalid(file, line, 'this is no line of passwd', 'run pwck');
  }
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    home: isAbsolute(home) ? normalizePath(home) : '/nonexistent',
    line,
    accountName: () => parseName(file, line, name),
  };
}

function parseName(file: string, line: number, name: string): AccountName {
  try {
    return parseAccountName(name);
  } catch (error) {
    if (!isFailure(error, 'invalid-input')) throw error;
    throw invalid(
      file,
      line,
      `"${showName(name)}" cannot be the name of an account`,
      'rename the user: usermod --login',
    );
  }
}

function invalid(file: string, line: number, problem: string, hint: string): Failure {
  return new Failure('configuration-invalid', { file, line, problem, hint });
}
