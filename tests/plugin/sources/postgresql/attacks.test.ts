import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { DatabaseRestorer } from '../../../../plugin/contracts/database-restorer.ts';
import type { DumpDescription } from '../../../../plugin/domain/stored-database.ts';
import { openPostgresqlRestorer } from '../../../../plugin/sources/postgresql/restorer.ts';
import { itemText, settingsItem } from '../../../../plugin/sources/postgresql/script-item.ts';
import { failsWith } from '../../../support/failures.ts';
import { conninfo, hasPostgresql, startPostgresql, type PrivatePostgresql } from '../../../support/postgresql.ts';
import { fingerprint, makeTenant, prepareServer } from '../../../support/postgresql-database.ts';

/** What a hostile dump does. `{proof}` in `sql` is a file; `harm` finds whether it worked: 1 means that it did. */
interface Attack {
  readonly name: string;
  readonly sql: string;
  /** `file`, or a query that gives 1. */
  readonly harm: string;
  /** In which database to ask. */
  readonly in?: string;
}

const superuser = "SELECT count(*) FROM pg_roles WHERE rolname = 'backdoor'";
const attacks: readonly Attack[] = [
  { name: 'a shell by \\!', sql: '\\! touch {proof}\n', harm: 'file' },
  { name: 'a shell by \\g', sql: 'SELECT 1 \\g |touch {proof}\n', harm: 'file' },
  { name: 'a shell by \\copy', sql: "\\copy (SELECT 1) to program 'touch {proof}'\n", harm: 'file' },
  { name: 'a shell by backticks', sql: '\\set x `touch {proof}`\n', harm: 'file' },
  { name: 'a shell by \\o', sql: '\\o |touch {proof}\nSELECT 1;\n\\o\n', harm: 'file' },
  {
    name: 'another database by \\connect',
    sql: "\\connect neighbour\nINSERT INTO secret VALUES ('owned');\n",
    harm: "SELECT count(*) FROM secret WHERE v = 'owned'",
    in: 'neighbour',
  },
  {
    name: 'SET SESSION AUTHORIZATION',
    sql: 'SET ROLE neighbour; SET SESSION AUTHORIZATION postgres; CREATE ROLE backdoor SUPERUSER;',
    harm: superuser,
  },
  { name: 'CREATE ROLE', sql: 'CREATE ROLE backdoor SUPERUSER LOGIN;', harm: superuser },
  {
    name: 'ALTER ROLE of a neighbour',
    sql: 'ALTER ROLE neighbour CONNECTION LIMIT 7;',
    harm: "SELECT count(*) FROM pg_roles WHERE rolname = 'neighbour' AND rolconnlimit = 7",
  },
  { name: 'COPY to a program', sql: "COPY (SELECT 1) TO PROGRAM 'touch {proof}';", harm: 'file' },
  { name: 'COPY to a file', sql: "COPY (SELECT 1) TO '{proof}';", harm: 'file' },
  {
    name: 'COPY from a file',
    sql: "CREATE TABLE loot (v text); COPY loot FROM '/etc/passwd'; COPY loot TO '{proof}';",
    harm: 'file',
  },
  {
    name: 'lo_import and lo_export',
    sql: "SELECT lo_import('/etc/passwd', 4711); SELECT lo_export(4711, '{proof}');",
    harm: 'file',
  },
  {
    name: 'a function in C',
    sql: "CREATE FUNCTION in_c(text) RETURNS text LANGUAGE c AS '$libdir/dblink', 'dblink_connect';",
    harm: "SELECT count(*) > 0 FROM pg_proc WHERE proname = 'in_c'",
    in: 'attacked',
  },
  {
    name: 'an extension that reaches elsewhere',
    sql: "CREATE EXTENSION dblink; SELECT dblink_exec('dbname=neighbour host={folder} user=postgres', 'INSERT INTO secret VALUES (''reached'')');",
    harm: "SELECT count(*) FROM secret WHERE v = 'reached'",
    in: 'neighbour',
  },
  {
    name: 'ALTER SYSTEM',
    sql: "ALTER SYSTEM SET work_mem = '77MB';",
    harm: "SELECT count(*) FROM pg_file_settings WHERE name = 'work_mem' AND setting = '77MB'",
  },
  {
    name: 'ALTER DATABASE of a neighbour',
    sql: 'ALTER DATABASE neighbour SET search_path TO evil;',
    harm: "SELECT count(*) FROM pg_db_role_setting WHERE 'search_path=evil' = ANY (setconfig)",
  },
  {
    name: 'membership in a role that reads everything',
    sql: 'GRANT pg_read_all_data TO neighbour;',
    harm: "SELECT pg_has_role('neighbour', 'pg_read_all_data', 'MEMBER')::int",
  },
  {
    name: 'an event trigger',
    sql: "CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION et();",
    harm: 'SELECT count(*) FROM pg_event_trigger',
    in: 'attacked',
  },
  {
    name: 'DROP DATABASE',
    sql: 'DROP DATABASE neighbour WITH (FORCE);',
    harm: "SELECT count(*) = 0 FROM pg_database WHERE datname = 'neighbour'",
  },
];

suite('a hostile dump harms nobody', { skip: hasPostgresql ? false : 'needs postgresql', timeout: 600_000 }, () => {
  let postgresql: PrivatePostgresql;
  let restorer: DatabaseRestorer;
  let open: string;
  let live: string;
  /** What each attack came to in the safe load, which tries all of them. */
  let safe: readonly { readonly isHarmed: boolean; readonly isRefused: boolean }[];

  before(async () => {
    postgresql = await startPostgresql();
    restorer = await openPostgresqlRestorer(await prepareServer(postgresql));
    open = join(postgresql.folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    makeTenant(postgresql, 'neighbour', 'CREATE TABLE public.secret (v text)');
    makeTenant(postgresql, 'live', "CREATE TABLE public.t (v text); INSERT INTO public.t VALUES ('mine')");
    live = fingerprint(postgresql, 'live');
    postgresql.sql('CREATE DATABASE attacked TEMPLATE template0');
    safe = await attackSafely();
  });
  after(async () => {
    await restorer.close();
    await postgresql.stop();
  });

  /** What need not be made is passed over, so that every attack has its turn. */
  async function attackSafely() {
    const items = attacks.map((attack, index) => ({
      ...item(textOf(attack, index)),
      name: attack.name,
      kind: 'COMMENT',
    }));
    await loadSafely([settingsItem, ...items, item(table)].map(itemText).join(''));
    const order = { id: 'atk', description, tables: [missing.name], definitions, name: 'published', alike: undefined };
    const problems = await restorer.publish(order);
    const refused = new Set(problems.map(({ object }) => object));
    const found = attacks.map((attack, index) => ({
      isHarmed: isHarmed(attack, index, 'published'),
      isRefused: refused.has(attack.name),
    }));
    await restorer.drop('published');
    return found;
  }

  const proofOf = (index: number): string => join(open, `proof-${index}`);
  const textOf = ({ sql }: Attack, index: number): string =>
    sql.replaceAll('{proof}', proofOf(index)).replaceAll('{folder}', postgresql.folder);

  function isHarmed({ harm, in: database = 'postgres' }: Attack, index: number, attacked: string): boolean {
    if (harm === 'file') return existsSync(proofOf(index));
    const answer = postgresql.sql(harm, database === 'attacked' ? attacked : database);
    return ['1', 't'].includes(answer.trim());
  }

  /** As somebody in a hurry loads a dump: with the stock client as the superuser. */
  function loadNaively(sql: string): void {
    try {
      postgresql.run('psql', ['-X', '-q', '-d', conninfo('attacked')], sql);
    } catch {
      // the client ends with an error where the attack breaks off
    }
  }

  function loadSafely(sql: string, tables: DumpDescription['tables'] = [missing]): Promise<void> {
    async function* content() {
      yield await Promise.resolve(Buffer.from(sql));
    }
    const about = { ...description, tables };
    return restorer.load({ id: 'atk', description: about, tables, content: content(), user: undefined, signal: never });
  }

  for (const [index, attack] of attacks.entries()) {
    test(attack.name, () => {
      assert.deepEqual(safe[index], { isHarmed: false, isRefused: true });
      postgresql.sql('DROP ROLE IF EXISTS backdoor');
      loadNaively(textOf(attack, index));
      assert.ok(isHarmed(attack, index, 'attacked'), 'the naive load shows that the attack works');
    });
  }

  test('the live database is what it was', () => {
    assert.equal(fingerprint(postgresql, 'live'), live);
  });

  test('text that stands outside of items is not run at all', async () => {
    await failsWith('repository-damaged', () => loadSafely(`${table}\n`));
  });

  test('a view in the place of a table does not run with the rights of whoever counts its rows', async () => {
    const trap = `CREATE FUNCTION public.trap() RETURNS int LANGUAGE plpgsql AS
      'BEGIN CREATE ROLE backdoor SUPERUSER; RETURN 1; END'; CREATE VIEW public.never_there AS SELECT public.trap();`;
    postgresql.sql('DROP ROLE IF EXISTS backdoor');
    loadNaively(`${trap} SELECT count(*) FROM public.never_there;`);
    assert.equal(postgresql.sql(superuser), '1\n');
    postgresql.sql('DROP ROLE backdoor');
    await failsWith('database-refused', () => loadSafely(itemText(item(trap)), [{ ...missing, rows: 1 }]));
    assert.equal(postgresql.sql(superuser), '0\n');
  });

  test('nobody stays a member of the role that loaded, which nobody can log in as', async () => {
    const grant = { ...item('GRANT larder_o_atk TO neighbour;'), kind: 'COMMENT' };
    await loadSafely([grant, item(table)].map(itemText).join(''));
    const members = "SELECT count(*) FROM pg_auth_members WHERE roleid::regrole::text LIKE '%larder_o%'";
    assert.equal(postgresql.sql(members), '0\n');
    assert.equal(postgresql.sql("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'larder_o_atk'"), 'f\n');
    await restorer.drop('~larder_new_atk');
    assert.equal(postgresql.sql("SELECT count(*) FROM pg_roles WHERE starts_with(rolname, 'larder_o')"), '0\n');
  });
});

const table = 'CREATE TABLE public.never_there (id int);';
const definitions = { routines: [], views: [], triggers: [], events: [] };
const never = new AbortController().signal;

function item(sql: string) {
  return { kind: 'FUNCTION', name: 'hostile', table: undefined, sql };
}

const missing = {
  name: 'never_there',
  kind: 'table',
  engine: 'heap',
  rows: 0,
  bytes: 0,
  definitionSha256: '0'.repeat(64),
  isConsistent: true,
  nextNumber: undefined,
} as const;

const description: DumpDescription = {
  format: 1,
  engine: 'postgresql',
  name: 'hostile',
  dumpedAt: '2026-11-29T20:00:00.000Z',
  serverVersion: '15.18',
  program: 'hostile',
  position: undefined,
  isFromReplica: false,
  charset: 'UTF8',
  collation: 'C.UTF-8',
  counts: { rows: 0, bytes: 0, views: 0, routines: 0, triggers: 0, events: 0 },
  tables: [missing],
  brokenViews: [],
};
