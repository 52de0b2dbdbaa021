import { createHash } from 'node:crypto';
import type { TocEntry } from './archive-toc.ts';
import type { ScriptItem } from './script-item.ts';
import { nameOf, quoteTable, type Relation } from './sql-text.ts';

/** Into which files everything of a database goes, so that these make it anew in the order of their names. */
export interface Layout {
  /** Made before any table. */
  readonly before: readonly ScriptItem[];
  readonly tables: readonly TableLayout[];
  /** Made when all rows are there. */
  readonly after: readonly ScriptItem[];
}

export interface TableLayout extends Relation {
  /** How Larder calls it. */
  readonly title: string;
  readonly access: string;
  readonly owner: string;
  /** Everything that makes it and belongs to it, also what stands in other files. */
  readonly definition: string;
  readonly definitionSha256: string;
  /** In its own file, before its rows. */
  readonly head: readonly ScriptItem[];
  /** Behind them. */
  readonly foot: readonly ScriptItem[];
}

/** What belongs to a cluster, to the reader of the archive, or to what only an administrator makes. */
const leftOut = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE', 'DATABASE PROPERTIES', 'SUBSCRIPTION']);
function isLeftOut({ kind, tag, schema }: TocEntry): boolean {
  return leftOut.has(kind) || (apart.has(kind) && schema === '' && tag.startsWith('DATABASE '));
}

const beforeRows = new Set(['TABLE', 'DEFAULT', 'SEQUENCE', 'SEQUENCE OWNED BY']);
const behindRows = new Set(['CONSTRAINT', 'CHECK CONSTRAINT', 'INDEX', 'STATISTICS', 'COMMENT']);
const belonging = new Set([
  ...beforeRows,
  ...behindRows,
  'FK CONSTRAINT',
  'TRIGGER',
  'RULE',
  'POLICY',
  'ROW SECURITY',
  'TABLE ATTACH',
  'INDEX ATTACH',
  'ACL',
]);
/** Belongs to a table and is not its form. */
const apart = new Set(['ACL', 'COMMENT']);

/** @param entries in an order in which they can be made, as `pg_dump` has them. */
export function planLayout(entries: readonly TocEntry[]): Layout {
  const objects = entries.filter((entry) => !isLeftOut(entry));
  const graph = new Graph(objects);
  const early = findEarly(objects, graph);
  const ownFiles = new Map<number, { head: ScriptItem[]; foot: ScriptItem[] }>();
  const before: ScriptItem[] = [];
  const after: ScriptItem[] = [];
  const isAfter = new Set<number>();
  for (const entry of objects) {
    const table = graph.tableOf(entry);
    const item = toItem(entry, table);
    if (early.has(entry.id)) before.push(item);
    else if (table !== undefined && isInOwnFile(entry, table, { graph, isAfter })) {
      const file = ownFiles.get(table.id) ?? { head: [], foot: [] };
      ownFiles.set(table.id, file);
      (beforeRows.has(entry.kind) ? file.head : file.foot).push(item);
    } else {
      isAfter.add(entry.id);
      after.push(item, ...refreshOf(entry));
    }
  }
  const tables = objects.filter(({ kind }) => kind === 'TABLE');
  return { before, after, tables: tables.map((table) => tableLayout(table, graph, ownFiles.get(table.id))) };
}

/** Needs nothing but what is made before, and its own table. */
function isInOwnFile(
  entry: TocEntry,
  table: TocEntry,
  { graph, isAfter }: { readonly graph: Graph; readonly isAfter: ReadonlySet<number> },
): boolean {
  if (!beforeRows.has(entry.kind) && !behindRows.has(entry.kind)) return false;
  return entry.needs.every((id) => {
    const needed = graph.find(id);
    if (needed === undefined || isAfter.has(id)) return needed === undefined;
    const other = graph.tableOf(needed);
    return other === undefined || other.id === table.id;
  });
}

/** What is made before tables: all that needs none; tables that need another, with that; partitions of a table. */
function findEarly(objects: readonly TocEntry[], graph: Graph): ReadonlySet<number> {
  const early = new Set<number>();
  const take = (entry: TocEntry): void => {
    if (early.has(entry.id)) return;
    early.add(entry.id);
    for (const id of entry.needs) {
      const needed = graph.find(id);
      if (needed !== undefined) take(needed);
    }
  };
  for (const entry of objects) {
    if (entry.kind === 'TABLE ATTACH' || (entry.kind === 'TABLE' ? graph.needsRelation(entry) : isFree(entry, graph))) {
      take(entry);
    }
  }
  return early;
}

/** Rights come last: whose they are may be missing. */
function isFree(entry: TocEntry, graph: Graph): boolean {
  return entry.kind !== 'ACL' && entry.kind !== 'DEFAULT ACL' && !isRelation(entry) && !graph.needsRelation(entry);
}

const relations = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']);

function isRelation({ kind }: TocEntry): boolean {
  return relations.has(kind);
}

class Graph {
  readonly #byId: ReadonlyMap<number, TocEntry>;
  readonly #needing = new Map<number, boolean>();

  readonly #ofTable = new Map<number, string[]>();

  constructor(entries: readonly TocEntry[]) {
    this.#byId = new Map(entries.map((entry) => [entry.id, entry]));
    for (const entry of entries) {
      const table = this.tableOf(entry);
      if (table === undefined || apart.has(entry.kind)) continue;
      this.#ofTable.set(table.id, [...(this.#ofTable.get(table.id) ?? []), entry.sql.trim()]);
    }
  }

  /** What makes a table, and all that belongs to its form. */
  definitionOf({ id }: TocEntry): string {
    return (this.#ofTable.get(id) ?? []).join('\n');
  }

  find(id: number): TocEntry | undefined {
    return this.#byId.get(id);
  }

  /** Whether it needs a table or view, directly or not. */
  needsRelation(entry: TocEntry): boolean {
    const known = this.#needing.get(entry.id);
    if (known !== undefined) return known;
    this.#needing.set(entry.id, false); // two that need each other
    const needs = this.#neededBy(entry).some((needed) => isRelation(needed) || this.needsRelation(needed));
    this.#needing.set(entry.id, needs);
    return needs;
  }

  /** The table that it is or belongs to. */
  tableOf(entry: TocEntry): TocEntry | undefined {
    if (entry.kind === 'TABLE') return entry;
    if (!belonging.has(entry.kind)) return undefined;
    const needed = this.#neededBy(entry);
    const tables = needed.filter(({ kind }) => kind === 'TABLE');
    const named = tables.find((table) => table.schema === entry.schema && isNamed(entry.tag, table.tag));
    if (named !== undefined || tables.length > 0) return named ?? tables[0];
    const others = needed.filter(({ kind }) => kind === 'INDEX' || kind === 'CONSTRAINT' || kind === 'SEQUENCE');
    return others.map((other) => this.tableOf(other)).find((table) => table !== undefined);
  }

  #neededBy({ needs }: TocEntry): TocEntry[] {
    return needs.flatMap((id) => this.#byId.get(id) ?? []);
  }
}

function isNamed(tag: string, table: string): boolean {
  return tag === table || tag.startsWith(`${table} `) || tag === `TABLE ${table}`;
}

function toItem({ kind, tag, schema, sql }: TocEntry, table: TocEntry | undefined): ScriptItem {
  const name = kind === 'TABLE' ? nameOf({ schema, name: tag }) : tag;
  return { kind, name, table: table && nameOf({ schema: table.schema, name: table.tag }), sql };
}

/** A materialised view is stored as what it selects. */
function refreshOf({ kind, tag, schema }: TocEntry): ScriptItem[] {
  if (kind !== 'MATERIALIZED VIEW') return [];
  const sql = `REFRESH MATERIALIZED VIEW ${quoteTable({ schema, name: tag })};`;
  return [{ kind: 'REFRESH', name: tag, table: undefined, sql }];
}

function tableLayout(
  table: TocEntry,
  graph: Graph,
  { head, foot }: { readonly head: readonly ScriptItem[]; readonly foot: readonly ScriptItem[] } = {
    head: [],
    foot: [],
  },
): TableLayout {
  const definition = graph.definitionOf(table);
  return {
    schema: table.schema,
    name: table.tag,
    title: nameOf({ schema: table.schema, name: table.tag }),
    access: table.access === '' ? 'partitioned' : table.access,
    owner: table.owner,
    definition,
    definitionSha256: createHash('sha256').update(definition).digest('hex'),
    head,
    foot,
  };
}
