import { join } from 'node:path';

/** Where the demo's own server of databases keeps what, below the demo's folder. */
export function databaseServerFiles(folder: string) {
  const home = join(folder, 'mariadb');
  return {
    home,
    data: join(home, 'data'),
    socket: join(home, 'socket'),
    pid: join(home, 'pid'),
    log: join(home, 'log.err'),
    /** Statements that it runs each time it starts. */
    start: join(home, 'start.sql'),
    administratorPassword: join(folder, 'database-administrator'),
    dumpPassword: join(folder, 'database-dump'),
  };
}

/** For `larder.toml`. */
export function databaseServerSettings(folder: string): string {
  const { socket, administratorPassword, dumpPassword } = databaseServerFiles(folder);
  return `[[databases]]
engine = "mariadb"
socket = ${JSON.stringify(socket)}
password_file = ${JSON.stringify(dumpPassword)}
admin_password_file = ${JSON.stringify(administratorPassword)}
`;
}
