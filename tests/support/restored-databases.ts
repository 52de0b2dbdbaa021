import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRepository } from '../../plugin/actions/account-repository.ts';
import { downloadPaths } from '../../plugin/actions/download-paths.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import type { Performing, Services } from '../../plugin/actions/services.ts';
import { toFileName } from '../../plugin/domain/database-name.ts';
import { storedNames } from '../../plugin/domain/stored-database.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { createKeys } from '../../plugin/platform/create-keys.ts';
import { createStateFolder } from '../../plugin/platform/state-folder.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { DatabaseDownload, DatabasePlanReport, DatabaseReceiptReport } from '../../plugin/protocol/databases.ts';
import { configurationOf, type DumpedDatabase } from './dumped-database.ts';
import { makeInstallation } from './installation.ts';
import type { PrivateMariadb } from './mariadb.ts';

/** An account `u1` with a repository on a private server of databases, all real; only the dump is made by the stock client. */
export interface DatabaseSite {
  readonly folder: string;
  readonly performing: Performing;
  /** Larder's own backup of all its databases, and what stock restic needs to read it. */
  backUp(): Promise<ResticEnvironment>;
  /** Puts a dump into a restore point of its own, by stock restic. */
  store(dumped: DumpedDatabase): void;
  plan(database: string, wish: PlanWish): Promise<DatabasePlanReport>;
  run(plan: string, signal?: AbortSignal, changes?: Partial<Services>): Promise<DatabaseReceiptReport>;
  undo(): Promise<DatabasePlanReport>;
  download(database: DatabaseDownload): Promise<Buffer>;
  close(): Promise<void>;
  /** What the panel says the account has. */
  databases(): readonly string[];
}

export interface ResticEnvironment {
  readonly RESTIC_REPOSITORY: string;
  readonly RESTIC_PASSWORD: string;
}

export interface PlanWish {
  readonly tables?: readonly string[];
  readonly as?: string;
  readonly replace?: boolean;
}

/** @param databases that the panel says the account has. @param folder an empty one. */
export async function makeDatabaseSite(
  folder: string,
  mariadb: PrivateMariadb,
  databases: readonly string[],
): Promise<DatabaseSite> {
  makeInstallation(folder, 1);
  configurationOf(mariadb);
  giveDatabases(folder, databases);
  appendFileSync(
    join(folder, 'larder.toml'),
    `[[databases]]\nengine = "mariadb"\nsocket = "${mariadb.socketPath}"\nuser = "root"\n`,
  );
  createStateFolder(`${folder}/state`);
  await createKeys(`${folder}/state`);
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const options = { configuration, programVersion: 'test', isChild: false, hasWorker: false, threads: 0 };
  const opened = await openServices(options);
  const { services } = opened;
  await ensureRepository(services, await findAccount(services, 'u1'));
  const performing = { services, onProgress: () => {}, signal: new AbortController().signal };
  const keys = await performRequest<'keys-restic-env'>(performing, { kind: 'keys-restic-env', account: 'u1' });
  return {
    folder,
    performing,
    close: () => opened.close(),
    async backUp() {
      const asked = { kind: 'backup', account: 'u1', paths: [], label: undefined, only: 'databases' } as const;
      const report = await performRequest<'backup'>(performing, asked);
      if (report.outcome !== 'done') throw new Error(JSON.stringify(report));
      return { RESTIC_REPOSITORY: keys.repository, RESTIC_PASSWORD: keys.password };
    },
    store: (dumped) => store(folder, keys, dumped),
    plan(database, { tables = [], as, replace = false }) {
      const target = replace ? ({ kind: 'replace' } as const) : ({ kind: 'beside', name: as } as const);
      const asked = { kind: 'plan-database', account: 'u1', point: 'latest', database, tables, target } as const;
      return performRequest<'plan-database'>(performing, asked);
    },
    async run(plan, signal = performing.signal, changes = {}) {
      const asked = { kind: 'run-plan', account: 'u1', plan } as const;
      const changed = { ...performing, services: { ...services, ...changes }, signal };
      return (await performRequest<'run-plan'>(changed, asked)) as DatabaseReceiptReport;
    },
    async undo() {
      const asked = { kind: 'plan-undo', account: 'u1', job: undefined } as const;
      return (await performRequest<'plan-undo'>(performing, asked)) as DatabasePlanReport;
    },
    async download(database) {
      const parts: Buffer[] = [];
      const request = { kind: 'download', account: 'u1', point: 'latest', paths: [], offset: 0, database } as const;
      await downloadPaths(performing, request, async (bytes) => void parts.push(Buffer.from(bytes)));
      return Buffer.concat(parts);
    },
    databases: () => readAccounts(folder)[0]?.databases ?? [],
  };
}

interface AccountFields {
  readonly databases?: readonly string[];
}

function readAccounts(folder: string): AccountFields[] {
  return JSON.parse(readFileSync(join(folder, 'accounts.json'), 'utf8')) as AccountFields[];
}

/** Lets the panel say that every account has these. */
export function giveDatabases(folder: string, databases: readonly string[]): void {
  const accounts = readAccounts(folder).map((account) => ({ ...account, databases }));
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(accounts), { mode: 0o600 });
}

function store(
  folder: string,
  keys: { readonly repository: string; readonly password: string },
  { description, definitions, users, content }: DumpedDatabase,
): void {
  const top = join(folder, `dump-${toFileName(description.name)}`, 'databases');
  const at = join(top, 'mysql', toFileName(description.name));
  mkdirSync(join(at, storedNames.tables), { recursive: true });
  for (const { name } of description.tables) {
    writeFileSync(join(at, storedNames.tables, `${toFileName(name)}.sql`), content([name]));
  }
  writeFileSync(join(at, storedNames.definitions), JSON.stringify(definitions));
  writeFileSync(join(at, storedNames.users), JSON.stringify(users));
  writeFileSync(join(at, storedNames.description), JSON.stringify(description));
  const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: keys.repository, RESTIC_PASSWORD: keys.password };
  execFileSync('restic', ['--no-cache', 'backup', '--tag', 'kind:manual', 'databases'], {
    env,
    cwd: join(top, '..'),
    stdio: 'pipe',
  });
}
