import { Failure } from '../domain/failure.ts';
import { readErrorCode } from '../platform/error-code.ts';

/**
 * What `work` gives. What a driver throws becomes a failure that names its code only: messages of drivers repeat the
 * statement and its values. A broken constraint or a wrong statement is a bug and passes as it is.
 * @throws {Failure} `metadata-unreachable`.
 */
export async function explainUnreachable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const problem = describeOutage(error);
    throw problem === undefined ? error : new Failure('metadata-unreachable', { problem }, { cause: error });
  }
}

const bugs =
  /^(?:SQLITE_CONSTRAINT.*|SQLITE_ERROR|SQLITE_MISMATCH|SQLITE_RANGE|ER_DUP_ENTRY|ER_PARSE_ERROR|ER_NO_SUCH_TABLE|ER_BAD_FIELD_ERROR|ER_DATA_TOO_LONG|ER_BAD_NULL_ERROR)$/;

function describeOutage(error: unknown): string | undefined {
  if (error instanceof Failure || !(error instanceof Error)) return undefined;
  if (error.name === 'KnexTimeoutError') return 'it does not answer in time';
  const code = readErrorCode(error);
  if (code === undefined || bugs.test(code) || code.startsWith('ERR_')) return undefined;
  return sentences[code] ?? `the database says ${code}`;
}

const sentences: { readonly [code: string]: string } = {
  ER_ACCESS_DENIED_ERROR: 'it refuses the user or the password',
  ER_DBACCESS_DENIED_ERROR: 'the user may not use this database',
  ER_BAD_DB_ERROR: 'there is no such database: create it first',
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'its socket is missing',
  ENOTFOUND: 'its host is unknown',
  ETIMEDOUT: 'it does not answer in time',
  SQLITE_BUSY: 'another process keeps the file locked',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_CORRUPT: 'the file is damaged',
  SQLITE_FULL: 'the disk is full',
  SQLITE_NOTADB: 'the file is no SQLite database',
  SQLITE_READONLY: 'the file cannot be written',
};
