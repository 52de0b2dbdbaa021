import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { Failure } from '../../domain/failure.ts';
import { hasErrorCode } from '../error-code.ts';

/**
 * The text of a file that decides what root does.
 * @throws {Failure} `configuration-missing` when there is none; `state-unsafe` when somebody else could have written it.
 */
export function readSettingsFile(file: string): string {
  const descriptor = openSettingsFile(file);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Failure('configuration-missing', { file });
    refuseForeign(file, stats);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function openSettingsFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR'))
      throw new Failure('configuration-missing', { file }, { cause: error });
    if (!hasErrorCode(error, 'EACCES')) throw error;
    const facts = { path: file, problem: 'it cannot be read', mend: `run as the owner of "${file}", usually root` };
    throw new Failure('state-unsafe', facts, { cause: error });
  }
}

function refuseForeign(file: string, stats: Stats): void {
  const user = process.getuid?.() ?? 0;
  if (stats.uid !== 0 && stats.uid !== user) {
    const problem = `it belongs to user ${stats.uid}, who could change what Larder does`;
    throw new Failure('state-unsafe', { path: file, problem, mend: `chown ${user} ${file}` });
  }
  if ((stats.mode & 0o022) !== 0) {
    throw new Failure('state-unsafe', { path: file, problem: 'others may write it', mend: `chmod go-w ${file}` });
  }
}
