import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ArchiveOutcome } from '../../plugin/contracts/archive-pool.ts';
import type { StreamFolder } from '../../plugin/contracts/stream-folder.ts';
import type { DatabaseLogin, DatabaseServerConfiguration } from '../../plugin/domain/configuration.ts';
import { archiveStreams } from '../../plugin/engine/archive-streams.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { loadSnapshot } from '../../plugin/engine/snapshot.ts';
import {
  databaseReadAheadBytes,
  openStoredDatabase,
  type StoredDatabase,
} from '../../plugin/engine/stored-database.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { readOwnerNames } from '../../plugin/platform/owner-names.ts';
import { mysqlFolder } from '../../plugin/sources/mysql/mysql-source.ts';
import { makeSite, type BackupSite } from './backup-site.ts';
import type { PrivateMariadb } from './mariadb.ts';

/** A repository for the databases of a private server. */
export interface DatabaseSite {
  readonly site: BackupSite;
  readonly server: DatabaseServerConfiguration;
  backUp(...names: readonly string[]): Promise<ArchiveOutcome>;
  archive(...folders: readonly StreamFolder[]): Promise<ArchiveOutcome>;
  open({ snapshotId }: ArchiveOutcome, name: string): Promise<StoredDatabase>;
  /** Restores with stock restic and loads with the stock client into a new database. @returns the files' folder. */
  load({ snapshotId }: ArchiveOutcome, file: string, into: string): string;
}

/** The least that a dump needs. */
export const dumpRights = 'SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, RELOAD, BINLOG MONITOR, SLAVE MONITOR';
const password = `p"w'\\d # ü`;

export async function makeDatabaseSite(context: TestContext, mariadb: PrivateMariadb): Promise<DatabaseSite> {
  const site = await makeSite(context);
  const dump = makeDumpLogin(site, mariadb);
  const admin = { user: 'root', passwordFile: undefined };
  const { socketPath } = mariadb;
  const server = { engine: 'mysql', server: { socketPath }, dump, admin, replica: undefined } as const;
  const archive = async (...streams: readonly StreamFolder[]): Promise<ArchiveOutcome> =>
    archiveStreams({ ...standardJob, repository: await site.open(), streams });
  return {
    site,
    server,
    archive,
    backUp: (...names) => archive(...names.map((name) => mysqlFolder(server, name, () => systemClock.now()))),
    async open({ snapshotId }, name) {
      const repository = await site.open();
      const reader = new BlobReader(repository, await RepositoryIndex.load(repository), databaseReadAheadBytes);
      return openStoredDatabase(reader, await loadSnapshot(repository, snapshotId), { engine: 'mysql', name });
    },
    load({ snapshotId }, file, into) {
      const target = join(site.folder, `out-${snapshotId.slice(0, 8)}`);
      if (!existsSync(target)) site.restic('restore', snapshotId, '--target', target);
      const folder = join(target, 'databases', 'mysql', file);
      mariadb.sql(`CREATE DATABASE \`${into.replaceAll('`', '``')}\``);
      execFileSync('sh', ['-c', loadScript, 'sh', mariadb.socketPath, into], { cwd: folder, stdio: 'pipe' });
      return folder;
    },
  };
}

/** As `docs/repository-format.md` has it. */
const loadScript = `find . -name '*.sql' | LC_ALL=C sort | xargs cat |
  mariadb --no-defaults --default-character-set=utf8mb4 -uroot -S"$1" -- "$2"`;

export const standardJob = {
  ownerUid: process.getuid?.() ?? 0,
  owners: readOwnerNames(),
  hostname: 'test',
  username: 'root',
  tags: ['kind:database'],
  programVersion: 'larder test',
  clock: systemClock,
  time: undefined,
  signal: new AbortController().signal,
  helper: undefined,
  onProgress: () => {},
};

function makeDumpLogin(site: BackupSite, mariadb: PrivateMariadb): DatabaseLogin {
  const quoted = password.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  mariadb.sql(`CREATE OR REPLACE USER larder_dump@localhost IDENTIFIED BY '${quoted}';
    GRANT ${dumpRights} ON *.* TO larder_dump@localhost;`);
  const passwordFile = join(site.folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  return { user: 'larder_dump', passwordFile };
}

/** Command lines of all processes that are there now. */
export function commandLines(): string[] {
  return globSync('/proc/[0-9]*/cmdline').map((path) => {
    try {
      return readFileSync(path, 'utf8').replaceAll('\0', ' ');
    } catch {
      return ''; // it has ended since
    }
  });
}

export { password as dumpPassword };
