import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import type { ServerFinding } from '../../domain/server-finding.ts';
import { isSqlError, openSession, readLogin, showAddress, type SqlSession } from './admin-session.ts';

/** What the account that reads must be allowed, on everything. */
export const dumpRights = [
  'SELECT',
  'SHOW VIEW',
  'TRIGGER',
  'EVENT',
  'LOCK TABLES',
  'RELOAD',
  'BINLOG MONITOR',
] as const;

interface Setting {
  readonly name: string;
  readonly wanted: string;
  /** Only where the server keeps a binary log. */
  readonly ofLog: boolean;
}

/** Without these a tenant's dump may write elsewhere, or cannot be brought back to the moment. */
const settings: readonly Setting[] = [
  { name: 'have_symlink', wanted: 'DISABLED', ofLog: false },
  { name: 'local_infile', wanted: 'OFF', ofLog: false },
  { name: 'log_bin_trust_function_creators', wanted: 'ON', ofLog: true },
  { name: 'binlog_format', wanted: 'ROW', ofLog: true },
  { name: 'binlog_row_image', wanted: 'FULL', ofLog: true },
  { name: 'sync_binlog', wanted: '1', ofLog: true },
];

/**
 * Looks whether databases can be dumped, and brought back safely. The first finding is the server itself; what follows
 * is to be mended.
 * @throws {Failure} `database-unreachable`; `configuration-missing`, `state-unsafe` for the file with the password.
 */
export async function examineServer({ server, dump }: DatabaseServerConfiguration): Promise<ServerFinding[]> {
  const session = await openSession(server, readLogin(dump));
  try {
    const [row] = await session.rows('SELECT VERSION() AS version, @@log_bin AS log');
    const found: ServerFinding = { kind: 'server', server: showAddress(server), version: row?.['version'] ?? '' };
    return [found, ...(await examineRights(session)), ...(await examineSettings(session, row?.['log'] === '1'))];
  } finally {
    await session.close();
  }
}

async function examineRights(session: SqlSession): Promise<ServerFinding[]> {
  const [row] = await session.rows('SELECT CURRENT_USER() AS user');
  const user = row?.['user'] ?? '';
  const grants = (await session.rows('SHOW GRANTS')).map((grant) => Object.values(grant)[0] ?? '');
  const missing = missingRights(grants);
  if (missing.length === 0) return [];
  const [name = '', host = ''] = user.split('@');
  return [{ kind: 'rights', user, mend: `GRANT ${missing.join(', ')} ON *.* TO \`${name}\`@\`${host}\`` }];
}

/** @param grants as `SHOW GRANTS` prints them. */
export function missingRights(grants: readonly string[]): string[] {
  const global = grants.flatMap((grant) => /^GRANT (.+) ON \*\.\* TO /.exec(grant)?.[1]?.split(', ') ?? []);
  if (global.includes('ALL PRIVILEGES')) return [];
  return dumpRights.filter((right) => !global.includes(right));
}

async function examineSettings(session: SqlSession, hasLog: boolean): Promise<ServerFinding[]> {
  const findings: ServerFinding[] = [];
  for (const { name, wanted, ofLog } of settings) {
    if (ofLog && !hasLog) continue;
    const value = await readSetting(session, name);
    if (value !== undefined && value !== wanted) findings.push({ kind: 'setting', setting: name, value, wanted });
  }
  return findings;
}

/** Undefined where this server does not know the setting. */
async function readSetting(session: SqlSession, name: string): Promise<string | undefined> {
  try {
    const [row] = await session.rows('SHOW GLOBAL VARIABLES LIKE ?', [name]);
    return row?.['Value'] ?? undefined;
  } catch (error) {
    if (isSqlError(error)) return undefined;
    throw error;
  }
}
