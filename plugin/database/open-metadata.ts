import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { Audit } from '../contracts/audit.ts';
import type { AccountSettingsBook } from '../contracts/account-settings.ts';
import type { Alerts, StorageDays } from '../contracts/alerts.ts';
import type { Drills } from '../contracts/drills.ts';
import type { JobQueue } from '../contracts/job-queue.ts';
import type { Outbox } from '../contracts/outbox.ts';
import type { PointWishes } from '../contracts/point-wishes.ts';
import type { Records } from '../contracts/records.ts';
import type { RecoveryProofs } from '../contracts/recovery-proofs.ts';
import type { Sessions } from '../contracts/sessions.ts';
import type { Verifications } from '../contracts/verifications.ts';
import type { Timetable } from '../contracts/timetable.ts';
import type { MetadataConfiguration, SqliteConfiguration } from '../domain/configuration.ts';
import type { AccountBook } from './accounts.ts';
import { toAudit } from './audit.ts';
import { toAccountSettings } from './account-settings.ts';
import { openConnection } from './connection.ts';
import { toAlerts, toStorageDays } from './alerts.ts';
import { toDrills } from './drills.ts';
import { copyMetadata } from './copy-metadata.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { toJobQueue } from './jobs.ts';
import { lazily } from './lazily.ts';
import { migrate } from './migrate.ts';
import { toOutbox } from './outbox.ts';
import { toPointWishes } from './point-wishes.ts';
import { toRecords, type RecordsOptions } from './open-records.ts';
import { toRecoveryProofs } from './recovery-proofs.ts';
import { toSessions } from './sessions.ts';
import { directRecords } from './sqlite/direct-records.ts';
import { withDirectAdd, withDirectDrop, withDirectStates } from './sqlite/direct-parts.ts';
import { isSchemaUpToDate, openSqlite } from './sqlite/session.ts';
import { toVerifications } from './verifications.ts';
import { toTimetable } from './timetable.ts';

/** All that is kept in the metadata database, over one connection. */
export interface Metadata {
  readonly records: Records;
  readonly jobs: JobQueue;
  readonly sessions: Sessions;
  readonly verifications: Verifications;
  readonly drills: Drills;
  readonly alerts: Alerts;
  readonly storageDays: StorageDays;
  readonly recoveryProofs: RecoveryProofs;
  readonly timetable: Timetable;
  readonly audit: Audit;
  readonly settings: AccountSettingsBook;
  readonly wishes: PointWishes;
  readonly outbox: Outbox;
  /** Copies all of it, as of one moment, into a folder. @throws {Failure} `metadata-unreachable`. */
  copyTo(folder: string): Promise<void>;
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
export async function openMetadata(options: MetadataOptions): Promise<Metadata> {
  const { metadata } = options;
  return await explainUnreachable(async () => {
    switch (metadata.kind) {
      case 'sqlite':
        return await openSqliteMetadata(options, metadata);
      case 'mysql': {
        const connection = openConnection(metadata);
        if (options.migrates) await migrateOrClose(connection, metadata.kind);
        return assemble(options, () => connection, { close: () => connection.destroy() });
      }
    }
  });
}

/** Short commands never need Knex: what they ask for is asked directly, and the rest loads it. */
async function openSqliteMetadata(options: MetadataOptions, metadata: SqliteConfiguration): Promise<Metadata> {
  const database = openSqlite(metadata.file);
  let opened: Knex | undefined;
  const connection = (): Knex => (opened ??= openConnection(metadata));
  const close = async (): Promise<void> => {
    database.close();
    await opened?.destroy();
  };
  try {
    if (options.migrates && !isSchemaUpToDate(database)) await migrate(connection(), metadata.kind);
  } catch (error) {
    await close();
    throw error;
  }
  const book = { database, server: options.server, randomBytes: options.randomBytes ?? randomBytes };
  const all = assemble(options, connection, { close });
  return {
    ...all,
    records: {
      ...directRecords(book),
      listRuns: (since) => all.records.listRuns(since),
      listRepositories: () => all.records.listRepositories(),
      removeRunsBefore: (time) => all.records.removeRunsBefore(time),
      exchangeRepository: (exchange) => all.records.exchangeRepository(exchange),
      listFormerRepositories: () => all.records.listFormerRepositories(),
      addFormerRepository: (former) => all.records.addFormerRepository(former),
      closeFormerRepository: (former) => all.records.closeFormerRepository(former),
      dropFormerRepository: (former) => all.records.dropFormerRepository(former),
      close,
    },
    audit: withDirectAdd(all.audit, book),
    wishes: withDirectDrop(all.wishes, database),
    verifications: withDirectStates(all.verifications, database),
  };
}

function assemble(
  { metadata, server, ...options }: MetadataOptions,
  connect: () => Knex,
  { close }: Pick<Metadata, 'close'>,
): Metadata {
  const book = (): AccountBook => {
    return { connection: connect(), server, randomBytes: options.randomBytes ?? randomBytes };
  };
  return {
    records: lazily(() => toRecords(book())),
    jobs: lazily(() => toJobQueue({ ...book(), now: databaseTime[metadata.kind] })),
    sessions: lazily(() => toSessions(book())),
    verifications: lazily(() => toVerifications(book())),
    drills: lazily(() => toDrills(book())),
    alerts: lazily(() => toAlerts(book())),
    storageDays: lazily(() => toStorageDays(book())),
    recoveryProofs: lazily(() => toRecoveryProofs(book())),
    timetable: lazily(() => toTimetable(book())),
    audit: lazily(() => toAudit(book())),
    settings: lazily(() => toAccountSettings(connect())),
    wishes: lazily(() => toPointWishes(connect())),
    outbox: lazily(() => toOutbox(book())),
    copyTo: (folder) => copyMetadata(connect(), metadata.kind, folder),
    close,
  };
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
