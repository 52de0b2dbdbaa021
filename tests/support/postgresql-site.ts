import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRepository } from '../../plugin/actions/account-repository.ts';
import { downloadPaths } from '../../plugin/actions/download-paths.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { Performing, Services } from '../../plugin/actions/services.ts';
import { examine } from '../../plugin/main-doctor.ts';
import { makeDumpLogins } from '../../plugin/main-dump-logins.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { createKeys } from '../../plugin/platform/create-keys.ts';
import { createStateFolder } from '../../plugin/platform/state-folder.ts';
import type { DatabaseDownload, DatabasePlanReport, DatabaseReceiptReport } from '../../plugin/protocol/databases.ts';
import type { BackupReport, Finding } from '../../plugin/protocol/requests.ts';
import { makeInstallation } from './installation.ts';
import type { PrivatePostgresql } from './postgresql.ts';

/** An account `u1` whose databases of PostgreSQL are backed up and brought back, all as an administrator sets it up. */
export interface PostgresqlSite {
  readonly performing: Performing;
  backUp(): Promise<BackupReport>;
  plan(database: string, wish: PlanWish): Promise<DatabasePlanReport>;
  run(plan: string, signal?: AbortSignal, changes?: Partial<Services>): Promise<DatabaseReceiptReport>;
  undo(): Promise<DatabasePlanReport>;
  download(database: DatabaseDownload): Promise<Buffer>;
  doctor(): Promise<Finding[]>;
  /** What the panel says the account has. */
  databases(): readonly string[];
  close(): Promise<void>;
}

export interface PlanWish {
  readonly tables?: readonly string[];
  readonly as?: string;
  readonly replace?: boolean;
}

/** @param databases that the panel says the account has. @param folder an empty one. */
export async function makePostgresqlSite(
  folder: string,
  { socketPath }: PrivatePostgresql,
  databases: readonly string[],
): Promise<PostgresqlSite> {
  makeInstallation(folder, 1);
  const accounts = readAccounts(folder).map((account) => ({ ...account, databases }));
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(accounts), { mode: 0o600 });
  const settings = ['[[databases]]', 'engine = "postgresql"', `socket = "${socketPath}"`];
  appendFileSync(
    join(folder, 'larder.toml'),
    `${settings.join('\n')}\npassword_file = "${folder}/database-password"\n`,
  );
  createStateFolder(`${folder}/state`);
  await createKeys(`${folder}/state`);
  const environment = { LARDER_CONFIG: `${folder}/larder.toml` };
  const configuration = loadConfiguration(environment);
  await makeDumpLogins(configuration);
  const options = { configuration, programVersion: 'test', isChild: false, hasWorker: false, threads: 0 };
  const opened = await openServices(options);
  const { services } = opened;
  await ensureRepository(services, await findAccount(services, 'u1'));
  const performing = { services, onProgress: () => {}, signal: new AbortController().signal };
  return {
    performing,
    async backUp() {
      const asked = { kind: 'backup', account: 'u1', paths: [], label: undefined } as const;
      return performRequest<'backup'>(performing, asked);
    },
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
    doctor: async () => [...(await examine(environment)).findings],
    databases: () => readAccounts(folder)[0]?.databases ?? [],
    close: () => opened.close(),
  };
}

function readAccounts(folder: string): { readonly databases?: readonly string[] }[] {
  return JSON.parse(readFileSync(join(folder, 'accounts.json'), 'utf8')) as { databases?: readonly string[] }[];
}
