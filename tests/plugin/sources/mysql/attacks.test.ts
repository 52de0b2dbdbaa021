import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { DatabaseRestorer } from '../../../../plugin/contracts/database-restorer.ts';
import type { DumpDescription } from '../../../../plugin/domain/stored-database.ts';
import { clientUser, loadNaively, openTestRestorer } from '../../../support/dumped-database.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../../../support/mariadb.ts';

/** What a hostile dump does. `sql` may name `{proof}`, a file, and `harm` finds whether it worked; 1 means that it did. */
interface Attack {
  readonly name: string;
  readonly sql: string;
  /** `file`, or a query that gives 1. */
  readonly harm: string;
}

const stolen = "SELECT COUNT(*) > 0 FROM neighbour.secret WHERE v = 'owned'";
const gone =
  "SELECT COUNT(*) = 0 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'neighbour' AND TABLE_NAME = 'secret'";
const attacks: readonly Attack[] = [
  { name: 'a shell by \\!', sql: '\\! touch {proof}\n', harm: 'file' },
  { name: 'a shell by system', sql: 'system touch {proof}\n', harm: 'file' },
  { name: 'a shell after DELIMITER', sql: 'DELIMITER //\nSELECT 1//\n\\! touch {proof}\n', harm: 'file' },
  { name: 'INTO OUTFILE', sql: "SELECT 'x' INTO OUTFILE '{proof}';", harm: 'file' },
  { name: 'INTO DUMPFILE', sql: "SELECT 'x' INTO DUMPFILE '{proof}';", harm: 'file' },
  { name: 'USE of a neighbour', sql: "USE neighbour; INSERT INTO secret VALUES ('owned');", harm: stolen },
  { name: 'a qualified name', sql: "INSERT INTO neighbour.secret VALUES ('owned');", harm: stolen },
  {
    name: 'a row through the wildcard in a grant',
    sql: "INSERT INTO `~larderXnewXatk`.t VALUES ('owned');",
    harm: 'SELECT COUNT(*) > 0 FROM `~larderXnewXatk`.t',
  },
  { name: 'DROP TABLE of a neighbour', sql: 'DROP TABLE neighbour.secret;', harm: gone },
  { name: 'DROP DATABASE', sql: 'DROP DATABASE neighbour;', harm: gone },
  {
    name: 'CREATE DATABASE',
    sql: 'CREATE DATABASE planted;',
    harm: "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'planted'",
  },
  {
    name: 'RENAME out of the database',
    sql: 'CREATE TABLE a (i INT); RENAME TABLE a TO neighbour.a;',
    harm: "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'neighbour' AND TABLE_NAME = 'a'",
  },
  {
    name: 'a procedure of root',
    sql: "CREATE DEFINER=root@localhost PROCEDURE p() INSERT INTO neighbour.secret VALUES ('owned'); CALL p();",
    harm: stolen,
  },
  {
    name: 'a trigger of root',
    sql: "CREATE TABLE b (i INT); CREATE DEFINER=root@localhost TRIGGER tr BEFORE INSERT ON b FOR EACH ROW INSERT INTO neighbour.secret VALUES ('owned'); INSERT INTO b VALUES (1);",
    harm: stolen,
  },
  {
    name: 'a view of root',
    sql: 'CREATE DEFINER=root@localhost SQL SECURITY DEFINER VIEW w AS SELECT * FROM neighbour.secret;',
    harm: "SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_NAME = 'w'",
  },
  {
    name: 'an event of root',
    sql: 'CREATE DEFINER=root@localhost EVENT ev ON SCHEDULE EVERY 1 DAY DO DROP TABLE neighbour.secret;',
    harm: "SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_NAME = 'ev'",
  },
  {
    name: 'CREATE USER',
    sql: "CREATE USER backdoor IDENTIFIED BY 'x';",
    harm: "SELECT COUNT(*) FROM mysql.user WHERE User = 'backdoor'",
  },
  {
    name: 'GRANT',
    sql: 'GRANT ALL ON *.* TO bystander;',
    harm: "SELECT COUNT(*) FROM mysql.user WHERE User = 'bystander' AND Drop_priv = 'Y'",
  },
  { name: 'SET GLOBAL', sql: 'SET GLOBAL max_connections = 77;', harm: 'SELECT @@max_connections = 77' },
  {
    name: 'mysql.user',
    sql: "UPDATE mysql.global_priv SET Priv = '{}' WHERE User = 'bystander';",
    harm: "SELECT COUNT(*) FROM mysql.global_priv WHERE User = 'bystander' AND Priv = '{}'",
  },
];

suite('a hostile dump harms nobody', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let restorer: DatabaseRestorer;
  let open: string;

  before(async () => {
    mariadb = await startMariadb();
    restorer = await openTestRestorer(mariadb);
    open = join(dirname(mariadb.socketPath), 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
  });
  after(async () => {
    await restorer.close();
    await mariadb.stop();
  });

  function prepare(): void {
    mariadb.sql(`DROP DATABASE IF EXISTS neighbour; DROP DATABASE IF EXISTS planted; DROP DATABASE IF EXISTS naive;
      DROP DATABASE IF EXISTS \`~larderXnewXatk\`; CREATE DATABASE \`~larderXnewXatk\`; CREATE TABLE \`~larderXnewXatk\`.t (v TEXT);
      CREATE DATABASE neighbour; CREATE DATABASE naive; CREATE TABLE neighbour.secret (v TEXT); DROP USER IF EXISTS backdoor;
      CREATE OR REPLACE USER bystander; SET GLOBAL max_connections = 151;`);
  }

  const isHarmed = (harm: string, proof: string) =>
    harm === 'file' ? existsSync(proof) : mariadb.sql(harm).trim() === '1';

  for (const [index, { name, sql, harm }] of attacks.entries()) {
    test(name, async () => {
      const proof = join(open, `proof-${index}`);
      const text = Buffer.from(sql.replaceAll('{proof}', proof));
      prepare();
      await loadNaively(mariadb, 'naive', text);
      assert.ok(isHarmed(harm, proof), 'the naive load shows that the attack works');
      rmSync(proof, { force: true });
      prepare();
      async function* content() {
        yield await Promise.resolve(text);
      }
      const order = { id: 'atk', description, tables: [missing], content: content(), user: clientUser };
      await assert.rejects(() => restorer.load({ ...order, signal: new AbortController().signal }));
      assert.ok(!isHarmed(harm, proof), 'the safe load harmed somebody');
    });
  }

  test('a file of the client does not come into the database', async () => {
    const file = join(open, 'private');
    writeFileSync(file, 'mine');
    chmodSync(file, 0o644);
    const steal = `CREATE TABLE loot (v TEXT); LOAD DATA LOCAL INFILE '${file}' INTO TABLE loot;`;
    mariadb.sql('DROP DATABASE IF EXISTS naive; CREATE DATABASE naive');
    await loadNaively(mariadb, 'naive', steal);
    assert.equal(mariadb.sql('SELECT v FROM naive.loot'), 'mine\n');
    async function* content() {
      yield await Promise.resolve(Buffer.from(steal));
    }
    const order = {
      id: 'atk',
      description,
      tables: [{ ...missing, name: 'loot', rows: 1 }],
      content: content(),
      user: clientUser,
    };
    await assert.rejects(() => restorer.load({ ...order, signal: new AbortController().signal }));
  });
});

const missing = {
  name: 'never_there',
  kind: 'table',
  engine: 'InnoDB',
  rows: 0,
  bytes: 0,
  definitionSha256: '0'.repeat(64),
  isConsistent: true,
  nextNumber: undefined,
} as const;

const description: DumpDescription = {
  format: 1,
  engine: 'mysql',
  name: 'hostile',
  dumpedAt: '2026-11-29T20:00:00.000Z',
  serverVersion: '10.11.19-MariaDB',
  program: 'hostile',
  position: undefined,
  isFromReplica: false,
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  counts: { rows: 0, bytes: 0, views: 0, routines: 0, triggers: 0, events: 0 },
  tables: [missing],
  brokenViews: [],
};
