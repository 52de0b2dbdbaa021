import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import { toFileName } from '../../plugin/domain/database-name.ts';
import { storedNames } from '../../plugin/domain/stored-database.ts';
import { openDatabaseAccount, type DatabaseAccount } from './database-account.ts';
import { configurationOf, type DumpedDatabase } from './dumped-database.ts';
import type { PrivateMariadb } from './mariadb.ts';

/** An account `u1` with a repository on a private server of databases, all real; only the dump is made by the stock client. */
export interface DatabaseSite extends DatabaseAccount {
  /** Larder's own backup of all its databases, and what stock restic needs to read it. */
  backUp(): Promise<ResticEnvironment>;
  /** Puts a dump into a restore point of its own, by stock restic. */
  store(dumped: DumpedDatabase): void;
}

export interface ResticEnvironment {
  readonly RESTIC_REPOSITORY: string;
  readonly RESTIC_PASSWORD: string;
}

/** @param databases that the panel says the account has. @param folder an empty one. */
export async function makeDatabaseSite(
  folder: string,
  mariadb: PrivateMariadb,
  databases: readonly string[],
): Promise<DatabaseSite> {
  configurationOf(mariadb);
  const server = ['engine = "mariadb"', `socket = "${mariadb.socketPath}"`, 'user = "root"'];
  const account = await openDatabaseAccount(folder, { server, databases });
  const { performing } = account;
  const keys = await performRequest<'keys-restic-env'>(performing, { kind: 'keys-restic-env', account: 'u1' });
  return {
    ...account,
    async backUp() {
      const asked = { kind: 'backup', account: 'u1', paths: [], label: undefined, only: 'databases' } as const;
      const report = await performRequest<'backup'>(performing, asked);
      if (report.outcome !== 'done') throw new Error(JSON.stringify(report));
      return { RESTIC_REPOSITORY: keys.repository, RESTIC_PASSWORD: keys.password };
    },
    store: (dumped) => store(folder, keys, dumped),
  };
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
