/** Makes the accounts that read databases, when Larder is set up. Wiring only. */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Configuration, DatabaseServerConfiguration } from './domain/configuration.ts';

/** What cannot be done is left to a person: `larder doctor` says what is missing. */
export async function makeDumpLogins({ databases }: Configuration): Promise<void> {
  for (const server of databases) await makeDumpLogin(server).catch(() => undefined);
}

/** The password is safe on disk before the account has it, and gone again when the account has another. */
async function makeDumpLogin(server: DatabaseServerConfiguration): Promise<void> {
  const { passwordFile } = server.dump;
  if (passwordFile !== undefined && existsSync(passwordFile)) return;
  const password = passwordFile === undefined ? undefined : randomBytes(24).toString('base64url');
  if (passwordFile !== undefined) writeFileSync(passwordFile, `${password}\n`, { flag: 'wx', mode: 0o600 });
  const isNew = await createDumpLogin(server, password).catch(() => false);
  if (!isNew && passwordFile !== undefined) rmSync(passwordFile);
}

/** @returns whether it is new. */
async function createDumpLogin(server: DatabaseServerConfiguration, password: string | undefined): Promise<boolean> {
  const source =
    server.engine === 'postgresql'
      ? await import('./sources/postgresql/create-dump-login.ts')
      : await import('./sources/mysql/create-dump-login.ts');
  return source.createDumpLogin(server, password);
}
