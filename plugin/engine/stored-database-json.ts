/** The JSON of a stored database, which may come out of a hostile repository. Every problem is `repository-damaged`. */
import { toFileName, type DatabaseEngine } from '../domain/database-name.ts';
import type {
  DefinitionSettings,
  DumpDescription,
  DumpPosition,
  StoredDefinitions,
  StoredEvent,
  StoredRoutine,
  StoredTable,
  StoredUsers,
  StoredView,
} from '../domain/stored-database.ts';
import type { JsonReader } from './parse-json.ts';

/** @throws {Failure} `repository-damaged`, also when it is that of another database. */
export function readDescription(json: JsonReader, engine: DatabaseEngine, name: string): DumpDescription {
  if (json.count('format') !== 1) throw json.damaged('is of an unknown format');
  if (json.string('engine') !== engine || json.string('name') !== name) throw json.damaged('is of another database');
  const counts = json.nested('counts');
  return {
    format: 1,
    engine,
    name,
    dumpedAt: json.string('dumpedAt'),
    serverVersion: json.string('serverVersion'),
    program: json.string('program'),
    position: json.has('position') ? readPosition(json.nested('position')) : undefined,
    isFromReplica: json.boolean('isFromReplica'),
    charset: json.string('charset'),
    collation: json.string('collation'),
    counts: {
      rows: counts.count('rows'),
      bytes: counts.count('bytes'),
      views: counts.count('views'),
      routines: counts.count('routines'),
      triggers: counts.count('triggers'),
      events: counts.count('events'),
    },
    tables: json.each('tables').map((table) => readTable(table)),
    brokenViews: json.each('brokenViews').map((view) => {
      return { name: readName(view), problem: view.string('problem') };
    }),
  };
}

export function readDefinitions(json: JsonReader): StoredDefinitions {
  return {
    routines: json.each('routines').map((item) => ({ ...readDefinition(item), kind: readRoutineKind(item) })),
    views: json.each('views').map((item) => readView(item)),
    triggers: json.each('triggers').map((item) => ({ ...readDefinition(item), table: item.string('table') })),
    events: json.each('events').map((item) => readEvent(item)),
  };
}

export function readUsers(json: JsonReader): StoredUsers {
  const users = json.each('users').map((user) => ({
    user: user.string('user'),
    host: user.string('host'),
    create: user.string('create'),
    grants: user.strings('grants'),
  }));
  return { users };
}

function readPosition(json: JsonReader): DumpPosition {
  const binlog = json.has('binlog') ? json.nested('binlog') : undefined;
  return {
    gtid: optional(json, 'gtid'),
    binlog: binlog && { file: binlog.string('file'), offset: binlog.count('offset') },
    lsn: optional(json, 'lsn'),
  };
}

function readTable(json: JsonReader): StoredTable {
  const kind = json.string('kind');
  if (kind !== 'table' && kind !== 'sequence') throw json.damaged('has a table of an unknown kind');
  const nextNumber = optional(json, 'nextNumber');
  if (nextNumber !== undefined && !/^\d{1,20}$/.test(nextNumber)) throw json.damaged('has no number nextNumber');
  return {
    name: readName(json),
    kind,
    engine: json.string('engine'),
    rows: json.count('rows'),
    bytes: json.count('bytes'),
    definitionSha256: json.id('definitionSha256'),
    isConsistent: json.boolean('isConsistent'),
    nextNumber,
  };
}

function readDefinition(json: JsonReader): StoredRoutineBase {
  return {
    name: readName(json),
    sql: json.string('sql'),
    definer: json.string('definer'),
    sqlMode: json.string('sqlMode'),
    charset: json.string('charset'),
    connectionCollation: json.string('connectionCollation'),
    databaseCollation: json.string('databaseCollation'),
  };
}

type StoredRoutineBase = Omit<StoredRoutine, 'kind'> & DefinitionSettings;

function readRoutineKind(json: JsonReader): StoredRoutine['kind'] {
  const kind = json.string('kind');
  if (kind === 'procedure' || kind === 'function' || kind === 'package' || kind === 'package body') return kind;
  throw json.damaged('has a routine of an unknown kind');
}

function readView(json: JsonReader): StoredView {
  return {
    name: readName(json),
    sql: json.string('sql'),
    definer: json.string('definer'),
    charset: json.string('charset'),
    connectionCollation: json.string('connectionCollation'),
    columns: json.strings('columns'),
  };
}

function readEvent(json: JsonReader): StoredEvent {
  const status = json.string('status');
  if (status !== 'ENABLED' && status !== 'DISABLED' && status !== 'SLAVESIDE_DISABLED') {
    throw json.damaged('has an event of an unknown status');
  }
  return { ...readDefinition(json), timeZone: json.string('timeZone'), status };
}

function readName(json: JsonReader): string {
  const name = json.string('name');
  try {
    toFileName(name);
  } catch {
    throw json.damaged('has a name that no server allows');
  }
  return name;
}

function optional(json: JsonReader, field: string): string | undefined {
  return json.has(field) ? json.string(field) : undefined;
}
