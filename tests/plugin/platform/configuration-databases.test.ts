import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { failsWith } from '../../support/failures.ts';

const file = '/etc/larder/larder.toml';
const shortest = `state = "/s"
[panel]
kind = "linux"
[[destinations]]
name = "local"
kind = "local"
path = "/b"
`;

const database = `[[databases]]
engine = "mariadb"
`;

test('a database server has the socket and the users of Debian where nothing is said', () => {
  const [server, ...more] = parseConfiguration(file, shortest + database, 1).databases;
  assert.deepEqual(more, []);
  assert.deepEqual(server, {
    engine: 'mysql',
    server: { socketPath: '/run/mysqld/mysqld.sock' },
    dump: { user: 'larder_dump', passwordFile: undefined },
    admin: { user: 'root', passwordFile: undefined },
    replica: undefined,
    dumpUid: 64_997,
  });
});

test('a database server elsewhere, with a replica', () => {
  const text = `${shortest}${database}host = "10.0.0.2"\nport = 3307\nuser = "reader"\npassword_file = "/etc/larder/p"
replica = { socket = "/run/replica.sock", max_lag = 5 }\n`;
  const [server] = parseConfiguration(file, text, 1).databases;
  assert.deepEqual(server?.server, { host: '10.0.0.2', port: 3307 });
  assert.deepEqual(server.dump, { user: 'reader', passwordFile: '/etc/larder/p' });
  assert.deepEqual(server.replica, { server: { socketPath: '/run/replica.sock' }, mostLagSeconds: 5 });
});

test('PostgreSQL beside MariaDB has its own socket and administrator', () => {
  const text = `${shortest}${database}[[databases]]\nengine = "postgresql"\n`;
  const [, server] = parseConfiguration(file, text, 1).databases;
  assert.deepEqual(server, {
    engine: 'postgresql',
    server: { socketPath: '/run/postgresql/.s.PGSQL.5432' },
    dump: { user: 'larder_dump', passwordFile: undefined },
    admin: { user: 'postgres', passwordFile: undefined },
    replica: undefined,
    dumpUid: 64_997,
  });
});

suite('databases in larder.toml are refused', () => {
  const refusedDatabases = {
    'two of one engine': `${database}${database}`,
    'a host that is an option': `${database}host = "-x"\n`,
    'a socket beside a host': `${database}host = "h"\nsocket = "/s"\n`,
    'a port without a host': `${database}port = 1\n`,
    'an engine that is not known': database.replace('mariadb', 'oracle'),
    'a replica without an address': `${database}replica = { max_lag = 5 }\n`,
    'a replica of PostgreSQL at a socket of another name': `[[databases]]\nengine = "postgresql"\nreplica = { socket = "/s" }\n`,
    'a socket that is not of PostgreSQL': `[[databases]]\nengine = "postgresql"\nsocket = "/run/mysqld/mysqld.sock"\n`,
    'a password in the file': `${database}password = "x"\n`,
  };
  for (const [what, text] of Object.entries(refusedDatabases)) {
    test(
      what,
      async () => void (await failsWith('configuration-invalid', () => parseConfiguration(file, shortest + text, 1))),
    );
  }
});
