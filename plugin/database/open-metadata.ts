import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { Audit } from '../contracts/audit.ts';
import type { AccountSettingsBook } from '../contracts/account-settings.ts';
import type { JobQueue } from '../contracts/job-queue.ts';
import type { Outbox } from '../contracts/outbox.ts';
import type { PointWishes } from '../contracts/point-wishes.ts';
import type { Records } from '../contracts/records.ts';
import type { Sessions } from '../contracts/sessions.ts';
import type { Verifications } from '../contracts/verifications.ts';
import type { Timetable } from '../contracts/timetable.ts';
import type { MetadataConfiguration } from '../domain/configuration.ts';
import { toAudit } from './audit.ts';
import { toAccountSettings } from './account-settings.ts';
import { openConnection } from './connection.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { toJobQueue } from './jobs.ts';
import { migrate } from './migrate.ts';
import { toOutbox } from './outbox.ts';
import { toPointWishes } from './point-wishes.ts';
import { toRecords, type RecordsOptions } from './open-records.ts';
import { toSessions } from './sessions.ts';
import { toVerifications } from './verifications.ts';
import { toTimetable } from './timetable.ts';

/** All that is kept in the metadata database, over one connection. */
export interface Metadata {
  readonly records: Records;
  readonly jobs: JobQueue;
  readonly sessions: Sessions;
  readonly verifications: Verifications;
  readonly timetable: Timetable;
  readonly audit: Audit;
  readonly settings: AccountSettingsBook;
  readonly wishes: PointWishes;
  readonly outbox: Outbox;
  /** Ends the connection of all of them, as `records.close` does. */
  close(): Promise<void>;
}

export interface MetadataOptions extends RecordsOptions {
  /** Brings the schema to this version first; without it the schema must be of this version. */
  readonly migrates: boolean;
}

/**
 * For SQLite, who migrates holds the instance lock.
 * @throws {Failure} `metadata-unreachable`; `system-unsupported` when a newer Larder changed the schema; `state-unsafe`
 * when others can read the SQLite or password file; `configuration-missing` without the password file.
 */
export async function openMetadata({ metadata, server, migrates, ...options }: MetadataOptions): Promise<Metadata> {
  return await explainUnreachable(async () => {
    const connection = openConnection(metadata);
    if (migrates) await migrateOrClose(connection, metadata.kind);
    const book = { connection, server, randomBytes: options.randomBytes ?? randomBytes };
    return {
      records: toRecords(book),
      jobs: toJobQueue({ ...book, now: databaseTime[metadata.kind] }),
      sessions: toSessions(book),
      verifications: toVerifications(book),
      timetable: toTimetable(book),
      audit: toAudit(book),
      settings: toAccountSettings(connection),
      wishes: toPointWishes(connection),
      outbox: toOutbox(book),
      close: () => connection.destroy(),
    };
  });
}

async function migrateOrClose(connection: Knex, kind: MetadataConfiguration['kind']): Promise<void> {
  try {
    await migrate(connection, kind);
  } catch (error) {
    await connection.destroy();
    throw error;
  }
}

/** Milliseconds since 1970, the same in all places of one statement. SQLite counts in fractions of a second. */
const databaseTime: { readonly [Kind in MetadataConfiguration['kind']]: string } = {
  sqlite: `CAST(ROUND(unixepoch('now', 'subsec') * 1000) AS INTEGER)`,
  mysql: `CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)`,
};
