import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { openSession, readLogin } from './admin-session.ts';
import { dumpRights } from './examine-server.ts';
import { quoteAccount, quoteText } from './sql-text.ts';

/**
 * Makes the account that reads, with the rights that it needs and no others; one that is there keeps its password.
 * @param password of a new one. Without it the server knows the user by its socket.
 * @returns whether the account is new.
 * @throws {Failure} `database-unreachable`; {SqlError} when the administrator may not make accounts.
 */
export async function createDumpLogin(
  { server, admin, dump }: DatabaseServerConfiguration,
  password: string | undefined,
): Promise<boolean> {
  const session = await openSession(server, readLogin(admin));
  try {
    const account = quoteAccount({ user: dump.user, host: 'socketPath' in server ? 'localhost' : '%' });
    const [known] = await session.rows('SELECT 1 AS known FROM mysql.user WHERE User = ?', [dump.user]);
    if (known !== undefined) return false;
    const proof = password === undefined ? 'IDENTIFIED VIA unix_socket' : `IDENTIFIED BY ${quoteText(password)}`;
    await session.run(`CREATE USER ${account} ${proof}`);
    await session.run(`GRANT ${dumpRights.join(', ')} ON *.* TO ${account}`);
    return true;
  } finally {
    await session.close();
  }
}
