import { randomBytes } from 'node:crypto';
import type { Records } from '../contracts/records.ts';
import type { MetadataConfiguration } from '../domain/configuration.ts';
import type { ServerId } from '../domain/ids.ts';
import { adoptGeneration, recordAccounts, type AccountBook } from './accounts.ts';
import { openConnection } from './connection.ts';
import {
  addFormerRepository,
  closeFormerRepository,
  dropFormerRepository,
  exchangeRepository,
  listFormerRepositories,
} from './former-repositories.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { migrate } from './migrate.ts';
import { addRepository, findRepository, listRepositories } from './repositories.ts';
import { addRun, lastRuns, listRuns, removeRunsBefore } from './runs.ts';

export interface RecordsOptions {
  readonly metadata: MetadataConfiguration;
  /** Accounts of other servers in the same database stay out of sight. */
  readonly server: ServerId;
  /** For tests; `node:crypto` otherwise. */
  readonly randomBytes?: (sizeBytes: number) => Buffer;
}

/**
 * Records in the configured database, whose schema is brought to this version first. For SQLite the caller holds the
 * instance lock.
 * @throws {Failure} `metadata-unreachable`; `system-unsupported` when a newer Larder changed the schema; `state-unsafe`
 * when others can read the SQLite or password file; `configuration-missing` without the password file.
 */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  return await explainUnreachable(async () => {
    const connection = openConnection(options.metadata);
    try {
      await migrate(connection, options.metadata.kind);
    } catch (error) {
      await connection.destroy();
      throw error;
    }
    return toRecords({ connection, server: options.server, randomBytes: options.randomBytes ?? randomBytes });
  });
}

/** `close` ends the connection. */
export function toRecords(book: AccountBook): Records {
  const { connection } = book;
  return {
    recordAccounts: (seen, at) => explainUnreachable(() => recordAccounts(book, seen, at)),
    findRepository: (generation, destination) =>
      explainUnreachable(() => findRepository(connection, generation, destination)),
    listRepositories: () => explainUnreachable(() => listRepositories(connection, book.server)),
    addRepository: (record) => explainUnreachable(() => addRepository(connection, record)),
    exchangeRepository: (exchange) => explainUnreachable(() => exchangeRepository(connection, exchange)),
    listFormerRepositories: () => explainUnreachable(() => listFormerRepositories(connection, book.server)),
    addFormerRepository: (former) => explainUnreachable(() => addFormerRepository(connection, former)),
    closeFormerRepository: (former) => explainUnreachable(() => closeFormerRepository(connection, former)),
    dropFormerRepository: (former) => explainUnreachable(() => dropFormerRepository(connection, former)),
    adoptGeneration: (account, generation, at) =>
      explainUnreachable(() => adoptGeneration(book, account, generation, at)),
    addRun: (run) => explainUnreachable(() => addRun(book, run)),
    lastRuns: () => explainUnreachable(() => lastRuns(book)),
    listRuns: (since) => explainUnreachable(() => listRuns(book, since)),
    removeRunsBefore: (time) => explainUnreachable(() => removeRunsBefore(book, time)),
    close: () => connection.destroy(),
  };
}
