/** Opens what brings databases back. Wiring only: each engine is loaded when it is needed. */
import type { Services } from './actions/services.ts';
import type { DatabaseRestorer } from './contracts/database-restorer.ts';
import type { DumpReader } from './contracts/dump-reader.ts';
import type { Configuration, DatabaseServerConfiguration } from './domain/configuration.ts';
import type { DatabaseEngine } from './domain/database-name.ts';
import { Failure } from './domain/failure.ts';
import { compressStream } from './platform/compress-stream.ts';
import { openDatabasePlanStore } from './platform/database-plan-store.ts';

type Restoring = Pick<
  Services,
  | 'databasePlans'
  | 'openRestorer'
  | 'openScratchServer'
  | 'openSiteAsker'
  | 'dumpReader'
  | 'clientUser'
  | 'compressStream'
  | 'listDatabases'
>;

export function restoringServices(configuration: Configuration): Restoring {
  return {
    databasePlans: openDatabasePlanStore(configuration.state),
    openRestorer: (engine) => openRestorer(configuration, engine),
    openScratchServer,
    openSiteAsker: async (...words) => (await import('./sources/php/site-asker.ts')).openSiteAsker(...words),
    dumpReader: openDumpReader,
    clientUser: ({ uid, gid }) => (process.getuid?.() === 0 ? { uid, gid } : undefined),
    compressStream,
    listDatabases,
  };
}

/** @throws {Failure} `database-unreachable`. */
async function openRestorer({ databases }: Configuration, engine: DatabaseEngine): Promise<DatabaseRestorer> {
  const server = databases.find((one) => one.engine === engine);
  if (server === undefined) {
    throw new Failure('database-unreachable', {
      server: engine,
      problem: 'no [[databases]] in the configuration is of it',
    });
  }
  if (engine === 'postgresql') {
    return (await import('./sources/postgresql/restorer.ts')).openPostgresqlRestorer(server);
  }
  const { openMysqlRestorer } = await import('./sources/mysql/restorer.ts');
  return openMysqlRestorer(server);
}

async function openScratchServer(...[engine, sandbox, signal]: Parameters<Services['openScratchServer']>) {
  if (engine === 'postgresql') {
    return (await import('./sources/postgresql/scratch-server.ts')).openPostgresqlScratch(sandbox, signal);
  }
  const { openMysqlScratch } = await import('./sources/mysql/scratch-server.ts');
  return openMysqlScratch(sandbox, signal);
}

async function openDumpReader(engine: DatabaseEngine): Promise<DumpReader> {
  if (engine === 'postgresql') return (await import('./sources/postgresql/dump-reader.ts')).postgresqlDumpReader;
  return (await import('./sources/mysql/dump-reader.ts')).mysqlDumpReader;
}

async function listDatabases(server: DatabaseServerConfiguration): Promise<string[]> {
  if (server.engine === 'mysql') return (await import('./sources/mysql/mysql-source.ts')).listMysqlDatabases(server);
  return (await import('./sources/postgresql/postgresql-source.ts')).listPostgresqlDatabases(server);
}
