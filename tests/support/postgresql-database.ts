import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseServerConfiguration } from '../../plugin/domain/configuration.ts';
import { createDumpLogin } from '../../plugin/sources/postgresql/create-dump-login.ts';
import { conninfo, type PrivatePostgresql } from './postgresql.ts';

export const dumpPassword = `p"w'\\d :#ü`;

/** The server as `larder init` leaves it: with a role that reads, whose password is in a file. */
export async function prepareServer(postgresql: PrivatePostgresql): Promise<DatabaseServerConfiguration> {
  const passwordFile = join(postgresql.folder, 'password');
  writeFileSync(passwordFile, `${dumpPassword}\n`, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  const server: DatabaseServerConfiguration = {
    engine: 'postgresql',
    server: { socketPath: postgresql.socketPath },
    dump: { user: 'larder_dump', passwordFile },
    admin: { user: 'postgres', passwordFile: undefined },
    replica: undefined,
  };
  await createDumpLogin(server, dumpPassword);
  return server;
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A tenant with a database of their own, which nobody else may use. */
export function makeTenant(postgresql: PrivatePostgresql, name: string, statements = ''): void {
  postgresql.sql(`CREATE ROLE ${quote(name)} LOGIN PASSWORD 'secret of a tenant'`);
  makeDatabase(postgresql, name, { owner: name, statements });
}

export function makeDatabase(
  postgresql: PrivatePostgresql,
  name: string,
  { owner, statements }: { readonly owner: string; readonly statements: string },
): void {
  postgresql.sql(`CREATE DATABASE ${quote(name)} OWNER ${quote(owner)} TEMPLATE template0`);
  postgresql.sql(
    `REVOKE ALL ON DATABASE ${quote(name)} FROM PUBLIC; GRANT CONNECT ON DATABASE ${quote(name)} TO larder_dump`,
  );
  postgresql.sql(`SET ROLE ${quote(owner)}; ${statements}`, name);
}

/** What tells one state of a database from another: every definition, every row, every number. `none` without a database. */
export function fingerprint(postgresql: PrivatePostgresql, database: string): string {
  const there = postgresql.sql(`SELECT 1 FROM pg_database WHERE datname = ${literal(database)}`);
  if (there === '') return 'none';
  const dump = postgresql.run('pg_dump', [`--dbname=${conninfo(database)}`]);
  const dress =
    postgresql.sql(`SELECT datdba::regrole, (SELECT array_agg(a ORDER BY a::text) FROM unnest(datacl) a), datconnlimit,
    (SELECT json_agg(setconfig ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid)
    FROM pg_database d WHERE datname = ${literal(database)}`);
  return `${dump.replaceAll(/^\\(un)?restrict .*$/gm, '')}\n${dress}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A small shop with what databases have. */
export const shopSql = `
CREATE SCHEMA sales;
CREATE TYPE mood AS ENUM ('good', 'it''s bad');
CREATE DOMAIN amount AS numeric(12, 2) CHECK (VALUE >= 0);
CREATE SEQUENCE ticket START 100;
CREATE SEQUENCE invoice;
SELECT setval('invoice', 250, false);
CREATE FUNCTION vat(total numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT total * 0.24';
CREATE TABLE posts (id serial PRIMARY KEY, title text NOT NULL, body text, created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO posts (title, body, created_at) SELECT 'Άρθρο ' || n || ' 🍕', repeat(E'text \\\\ "quoted"\\t''single''\\n\\\\.\\n' || n, 20), '2026-01-01'
  FROM generate_series(1, 500) n;
CREATE INDEX posts_title ON posts (lower(title));
CREATE TABLE options (name varchar(191) PRIMARY KEY, value text);
INSERT INTO options VALUES ('siteurl', 'https://shop.example'), ('empty', ''), ('nothing', NULL);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text DEFAULT 'open', total amount, feeling mood,
  tax numeric GENERATED ALWAYS AS (vat(total)) STORED, ticket bigint DEFAULT nextval('ticket'));
INSERT INTO orders (status, total, feeling) VALUES ('done', 12.5, 'good'), ('open', 3, 'it''s bad'), ('open', 4, NULL);
CREATE TABLE items (id int PRIMARY KEY, order_id bigint REFERENCES orders (id), qty int CHECK (qty > 0));
INSERT INTO items VALUES (1, 1, 2), (2, 3, 1);
CREATE TABLE log (id serial PRIMARY KEY, what text);
CREATE TABLE sales.days (day date PRIMARY KEY, total numeric);
INSERT INTO sales.days VALUES ('2026-01-01', 1), ('infinity', 'NaN');
CREATE TABLE measures (at date NOT NULL, value float8) PARTITION BY RANGE (at);
CREATE TABLE measures_2026 PARTITION OF measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX ON measures (at);
INSERT INTO measures VALUES ('2026-02-03', 0.1), ('2026-02-04', 1e300);
CREATE TABLE base (id int); CREATE TABLE a_child (extra text) INHERITS (base);
INSERT INTO base VALUES (1); INSERT INTO a_child VALUES (2, E'\\\\N');
CREATE TABLE odd (raw bytea, j jsonb, list text[], span interval, ip inet, bits bit(5), at timetz);
INSERT INTO odd VALUES ('\\x00ff0a27225c', '{"a": [1, "\\\\u00e9"]}', ARRAY['a,b', NULL, '"'], '1 mon -2 days', '::1', b'10101', '10:00+02');
CREATE TABLE "we""ird-%_'\nnameΩ." ("a""b" int, "select" int);
INSERT INTO "we""ird-%_'\nnameΩ." VALUES (1, 2);
CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE status = 'open';
CREATE VIEW a_on_view AS SELECT count(*) FROM open_orders;
CREATE MATERIALIZED VIEW totals AS SELECT status, sum(total) FROM orders GROUP BY status;
CREATE UNIQUE INDEX ON totals (status);
CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log (what) VALUES ('order'); RETURN NEW; END $$;
CREATE TRIGGER order_logged AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION log_order();
CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM public.log WHERE id < 0';
COMMENT ON TABLE orders IS 'it''s -- a "comment"';
ALTER TABLE options ENABLE ROW LEVEL SECURITY;
CREATE POLICY hides ON options USING (name <> 'siteurl');
GRANT SELECT ON posts TO PUBLIC;
`;

/** Names that stand for something else in SQL, in shells, in paths. */
export const hostileNames = [
  'dbname=postgres user=postgres',
  'postgresql://x/y',
  '--result-file=x',
  `new\nline\n\\! touch x "'\``,
  'a`b',
  '%_percent',
  '..',
  'emoji 😀',
  'Größe.Ω',
  'x'.repeat(63),
];

/** Shows the first lines that differ only: a whole database says nothing to anybody. */
export function assertSame(found: string, expected: string, message = ''): void {
  if (found === expected) return;
  const [lines, wanted] = [found.split('\n'), expected.split('\n')];
  const at = lines.findIndex((line, index) => line !== wanted[index]);
  const part = (all: readonly string[]) => all.slice(Math.max(at - 2, 0), at + 3).map((line) => line.slice(0, 200));
  assert.deepEqual(part(lines), part(wanted), message);
  assert.fail(`one ends sooner, after ${Math.min(lines.length, wanted.length)} lines ${message}`);
}
