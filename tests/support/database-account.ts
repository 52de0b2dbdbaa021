import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRepository } from '../../plugin/actions/account-repository.ts';
import { downloadPaths } from '../../plugin/actions/download-paths.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { Performing, Services } from '../../plugin/actions/services.ts';
import type { Configuration } from '../../plugin/domain/configuration.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { createKeys } from '../../plugin/platform/create-keys.ts';
import { createStateFolder } from '../../plugin/platform/state-folder.ts';
import type { DatabaseDownload, DatabasePlanReport, DatabaseReceiptReport } from '../../plugin/protocol/databases.ts';
import { makeInstallation } from './installation.ts';

/** An account `u1` whose databases are brought back, whatever their engine. */
export interface DatabaseAccount {
  readonly folder: string;
  readonly performing: Performing;
  plan(database: string, wish: PlanWish): Promise<DatabasePlanReport>;
  run(plan: string, signal?: AbortSignal, changes?: Partial<Services>): Promise<DatabaseReceiptReport>;
  undo(): Promise<DatabasePlanReport>;
  download(database: DatabaseDownload): Promise<Buffer>;
  /** What the panel says the account has. */
  databases(): readonly string[];
  close(): Promise<void>;
}

export interface PlanWish {
  readonly tables?: readonly string[];
  readonly as?: string;
  readonly replace?: boolean;
}

export interface AccountOptions {
  /** Lines below `[[databases]]`. */
  readonly server: readonly string[];
  /** That the panel says the account has. */
  readonly databases: readonly string[];
  /** What an administrator does before anything is backed up. */
  readonly prepare?: (configuration: Configuration) => Promise<unknown>;
}

/** @param folder an empty one. */
export async function openDatabaseAccount(folder: string, options: AccountOptions): Promise<DatabaseAccount> {
  makeInstallation(folder, 1);
  giveDatabases(folder, options.databases);
  appendFileSync(join(folder, 'larder.toml'), `[[databases]]\n${options.server.join('\n')}\n`);
  createStateFolder(`${folder}/state`);
  await createKeys(`${folder}/state`);
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  await options.prepare?.(configuration);
  const opening = { configuration, programVersion: 'test', isChild: false, hasWorker: false, threads: 0 };
  const opened = await openServices(opening);
  const { services } = opened;
  await ensureRepository(services, await findAccount(services, 'u1'));
  const performing = { services, onProgress: () => {}, signal: new AbortController().signal };
  return {
    folder,
    performing,
    close: () => opened.close(),
    databases: () => readAccounts(folder)[0]?.databases ?? [],
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
