import type {
  DatabaseLogin,
  DatabaseServerConfiguration,
  ReplicaConfiguration,
  ServerAddress,
} from '../domain/configuration.ts';
import type { DatabaseEngine } from '../domain/database-name.ts';
import {
  hasKey,
  openSection,
  readAbsolutePath,
  readList,
  readText,
  readWholeNumber,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';

const addressKeys = ['socket', 'host', 'port'];
const serverKeys = [
  ...addressKeys,
  'engine',
  'user',
  'password_file',
  'admin_user',
  'admin_password_file',
  'replica',
  'dump_uid',
];

interface EngineDefaults {
  readonly engine: DatabaseEngine;
  readonly socket: string;
  readonly port: number;
  readonly admin: string;
}

const mysql: EngineDefaults = { engine: 'mysql', socket: '/run/mysqld/mysqld.sock', port: 3306, admin: 'root' };
const postgresql: EngineDefaults = {
  engine: 'postgresql',
  socket: '/run/postgresql/.s.PGSQL.5432',
  port: 5432,
  admin: 'postgres',
};
const words = { mariadb: mysql, mysql, postgresql } as const;

/** @throws {Failure} `configuration-invalid`, also for two servers of one engine: names would be ambiguous. */
export function readDatabases(top: Section): DatabaseServerConfiguration[] {
  const servers: DatabaseServerConfiguration[] = [];
  for (const [index, item] of readList(top, 'databases', 'write [[databases]] with two brackets').entries()) {
    const section = openSection(top.document, ['databases', index], item, serverKeys);
    const server = readServer(section);
    if (servers.some(({ engine }) => engine === server.engine)) {
      refuseKey(section, 'engine', 'two [[databases]] have the same engine', 'only one server of each is backed up');
    }
    servers.push(server);
  }
  return servers;
}

function readServer(section: Section): DatabaseServerConfiguration {
  const defaults = words[readWord(section, 'engine', ['mariadb', 'mysql', 'postgresql'])];
  return {
    engine: defaults.engine,
    server: readAddress(section, defaults),
    dump: readLogin(section, 'user', 'password_file', 'larder_dump'),
    admin: readLogin(section, 'admin_user', 'admin_password_file', defaults.admin),
    replica: readReplica(section, defaults),
    dumpUid: hasKey(section, 'dump_uid') ? readWholeNumber(section, 'dump_uid', 0, 4_294_967_293) : 64_997,
  };
}

function readReplica(section: Section, defaults: EngineDefaults): ReplicaConfiguration | undefined {
  if (!hasKey(section, 'replica')) return undefined;
  const path = [...section.path, 'replica'];
  const replica = openSection(section.document, path, section.fields['replica'], [...addressKeys, 'max_lag']);
  if (!hasKey(replica, 'socket') && !hasKey(replica, 'host')) {
    refuseKey(replica, 'socket', 'the replica has no address', 'add socket or host');
  }
  const mostLagSeconds = hasKey(replica, 'max_lag') ? readWholeNumber(replica, 'max_lag', 0, 86_400) : 60;
  return { server: readAddress(replica, defaults), mostLagSeconds };
}

/** PostgreSQL's sockets are called by their port, and its clients are told only that. */
function readSocket(section: Section, { engine, socket }: EngineDefaults): string {
  const path = readAbsolutePath(section, 'socket', socket);
  if (engine === 'postgresql' && !/\/\.s\.PGSQL\.\d+$/.test(path)) {
    refuseKey(section, 'socket', `"${path}" is no socket of PostgreSQL`, `its name is as in "${socket}"`);
  }
  return path;
}

function readAddress(section: Section, defaults: EngineDefaults): ServerAddress {
  if (!hasKey(section, 'host')) {
    if (hasKey(section, 'port')) refuseKey(section, 'port', '`port` without `host`', 'add host, or remove the line');
    return { socketPath: hasKey(section, 'socket') ? readSocket(section, defaults) : defaults.socket };
  }
  if (hasKey(section, 'socket')) refuseKey(section, 'socket', '`socket` beside `host`', 'keep one of the two');
  const host = readText(section, 'host', 'a name or an address');
  if (!/^[\w.:-]+$/.test(host) || host.startsWith('-')) {
    refuseKey(section, 'host', `"${host}" is no host`, 'write a name or an address');
  }
  return { host, port: hasKey(section, 'port') ? readWholeNumber(section, 'port', 1, 65_535) : defaults.port };
}

function readLogin(section: Section, userKey: string, passwordKey: string, user: string): DatabaseLogin {
  const name = hasKey(section, userKey) ? readText(section, userKey, `a user such as "${user}"`) : user;
  return { user: name, passwordFile: readPasswordFile(section, passwordKey) };
}

function readPasswordFile(section: Section, key: string): string | undefined {
  return hasKey(section, key) ? readAbsolutePath(section, key, '/etc/larder/database-password') : undefined;
}
