/** What a database is beside its contents: whose it is, who may use it, and what is set for it. */
import { text } from './read-catalog.ts';
import type { PgSession } from './session.ts';
import { quoteName, quoteText } from './sql-text.ts';

export interface DatabaseDress {
  readonly owner: string;
  /** Without the owner's. */
  readonly rights: readonly { readonly right: string; /** Undefined: everybody. */ readonly to: string | undefined }[];
  readonly connectionLimit: number;
  readonly settings: readonly { readonly name: string; readonly value: string; readonly role: string | undefined }[];
  readonly comment: string | undefined;
}

/** @returns undefined when there is no such database. */
export async function readDress(admin: PgSession, database: string): Promise<DatabaseDress | undefined> {
  const [row] = await admin.rows(
    `SELECT d.datdba::regrole::text AS "quotedOwner", r.rolname AS owner, d.datconnlimit AS most,
      shobj_description(d.oid, 'pg_database') AS comment,
      (SELECT coalesce(json_agg(json_build_object('right', a.privilege_type, 'to', g.rolname)), '[]')
        FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles g ON g.oid = a.grantee
        WHERE a.grantee <> d.datdba AND (a.grantee = 0 OR g.rolname IS NOT NULL)) AS rights,
      (SELECT coalesce(json_agg(json_build_object('setting', setting, 'role', sr.rolname)), '[]')
        FROM pg_db_role_setting s LEFT JOIN pg_roles sr ON sr.oid = s.setrole, unnest(s.setconfig) setting
        WHERE s.setdatabase = d.oid AND (s.setrole = 0 OR sr.rolname IS NOT NULL)) AS settings
    FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = $1`,
    [database],
  );
  if (row === undefined) return undefined;
  const rights = JSON.parse(text(row, 'rights')) as { right: string; to: string | null }[];
  const settings = JSON.parse(text(row, 'settings')) as { setting: string; role: string | null }[];
  return {
    owner: text(row, 'owner'),
    rights: rights.map(({ right, to }) => ({ right, to: to ?? undefined })),
    connectionLimit: Number(row['most'] ?? -1),
    settings: settings.map(({ setting, role }) => ({ ...splitSetting(setting), role: role ?? undefined })),
    comment: row['comment'] ?? undefined,
  };
}

function splitSetting(setting: string): { name: string; value: string } {
  const at = setting.indexOf('=');
  return { name: setting.slice(0, at), value: setting.slice(at + 1) };
}

/** Statements that dress a database so, whatever it was. They may stand in one transaction. */
export function dressTexts(database: string, dress: DatabaseDress, was: DatabaseDress): string[] {
  const on = quoteName(database);
  return [
    ...undressTexts(database, was),
    `ALTER DATABASE ${on} OWNER TO ${quoteName(dress.owner)}`,
    `ALTER DATABASE ${on} CONNECTION LIMIT ${dress.connectionLimit}`,
    ...dress.rights.map(({ right, to }) => `GRANT ${wordOf(right)} ON DATABASE ${on} TO ${granteeOf(to)}`),
    ...dress.settings.map(
      ({ name, value, role }) => `${settingOf(on, role)} SET ${quoteName(name)} TO ${valueOf(name, value)}`,
    ),
    `COMMENT ON DATABASE ${on} IS${dress.comment === undefined ? ' NULL' : quoteText(dress.comment)}`,
  ];
}

/** Nobody but its owner may use it, and nothing is set. */
function undressTexts(database: string, { rights, settings }: DatabaseDress): string[] {
  const on = quoteName(database);
  const grantees = new Set([undefined, ...rights.map(({ to }) => to)]);
  const roles = new Set(settings.map(({ role }) => role));
  return [
    ...[...grantees].map((to) => `REVOKE ALL ON DATABASE ${on} FROM ${granteeOf(to)}`),
    ...[...roles].map((role) => `${settingOf(on, role)} RESET ALL`),
  ];
}

/**
 * Only Larder's administrator has it, and who reads; what it was is kept as its comment, which only the owner can change.
 * @param admin the role.
 */
export function hideTexts(
  database: string,
  { dress, admin, reader }: { readonly dress: DatabaseDress; readonly admin: string; readonly reader: string },
): string[] {
  const hidden: DatabaseDress = {
    owner: admin,
    rights: [{ right: 'CONNECT', to: reader }],
    connectionLimit: -1,
    settings: [],
    comment: `${hiddenMark}${JSON.stringify(dress)}`,
  };
  return dressTexts(database, hidden, dress);
}

const hiddenMark = 'larder:';

/** What a hidden database was before it was hidden. */
export function dressBefore({ comment }: DatabaseDress): DatabaseDress | undefined {
  return comment?.startsWith(hiddenMark) === true
    ? (JSON.parse(comment.slice(hiddenMark.length)) as DatabaseDress)
    : undefined;
}

function granteeOf(role: string | undefined): string {
  return role === undefined ? 'PUBLIC' : quoteName(role);
}

function settingOf(database: string, role: string | undefined): string {
  return role === undefined ? `ALTER DATABASE ${database}` : `ALTER ROLE ${quoteName(role)} IN DATABASE ${database}`;
}

/** Lists of names: as one text they would be one name. */
const lists = new Set(['search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries']);

function valueOf(name: string, value: string): string {
  if (!lists.has(name)) return quoteText(value);
  const parts = value.match(/"(?:[^"]|"")*"|[^,\s"]+/g) ?? [];
  return parts.length === 0 ? "''" : parts.map((part) => (part.startsWith('"') ? part : quoteName(part))).join(', ');
}

function wordOf(right: string): string {
  return right === 'CREATE' || right === 'TEMPORARY' || right === 'CONNECT' ? right : 'CONNECT';
}
