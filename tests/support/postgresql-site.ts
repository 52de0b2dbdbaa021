import { performRequest } from '../../plugin/actions/perform-request.ts';
import { examine } from '../../plugin/main-doctor.ts';
import { makeDumpLogins } from '../../plugin/main-dump-logins.ts';
import type { BackupReport, Finding } from '../../plugin/protocol/requests.ts';
import { openDatabaseAccount, type DatabaseAccount } from './database-account.ts';
import type { PrivatePostgresql } from './postgresql.ts';

/** An account `u1` whose databases of PostgreSQL are backed up and brought back, all as an administrator sets it up. */
export interface PostgresqlSite extends DatabaseAccount {
  backUp(): Promise<BackupReport>;
  doctor(): Promise<Finding[]>;
}

/** @param databases that the panel says the account has. @param folder an empty one. */
export async function makePostgresqlSite(
  folder: string,
  { socketPath }: PrivatePostgresql,
  databases: readonly string[],
): Promise<PostgresqlSite> {
  const password = `password_file = "${folder}/database-password"`;
  const server = ['engine = "postgresql"', `socket = "${socketPath}"`, password];
  const account = await openDatabaseAccount(folder, { server, databases, prepare: makeDumpLogins });
  return {
    ...account,
    async backUp() {
      const asked = { kind: 'backup', account: 'u1', paths: [], label: undefined } as const;
      return performRequest<'backup'>(account.performing, asked);
    },
    doctor: async () => [...(await examine({ LARDER_CONFIG: `${folder}/larder.toml` })).findings],
  };
}
