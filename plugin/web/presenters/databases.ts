import { showName } from '../../domain/show-name.ts';
import type { DatabaseLine, TableLine, TablesReport } from '../../protocol/databases.ts';
import { nameToAddress, visible } from '../paths.ts';
import { presentNewer, type NewerNews } from './newer-rows.ts';

/** How a database comes back. */
export type DatabaseHow = 'beside' | 'some' | 'replace';

export interface DatabaseTile {
  /** In addresses and forms. */
  readonly address: string;
  readonly name: string;
  readonly engine: string;
  readonly bytes: number;
  readonly tables: number;
  readonly isChosen: boolean;
}

export interface TableRow {
  readonly address: string;
  readonly name: string;
  readonly mark: TableLine['mark'];
  /** How the mark is told: `values` are others in as many rows; `kept`: the newest backup has the same. */
  readonly word: TableLine['mark'] | 'values' | 'kept';
  readonly rows: number | undefined;
  readonly rowsNow: number | undefined;
  readonly bytes: number | undefined;
  /** Rows that would be lost. */
  readonly newer: number;
  readonly isTicked: boolean;
}

export interface PresentedDatabase {
  readonly address: string;
  readonly name: string;
  readonly isLive: boolean;
  /** Whether chosen tables can take the place of live ones; else they come beside them. */
  readonly replacesTables: boolean;
  readonly bytes: number;
  readonly news: NewerNews | undefined;
  /** In the backup: what differs from now first. */
  readonly tables: readonly TableRow[];
  /** Tables that are there now and were not then. */
  readonly cameLater: number;
  readonly differing: number;
}

/** Which of them, or else the largest, is looked at. */
export function presentTiles(databases: readonly DatabaseLine[], chosen: string | undefined): DatabaseTile[] {
  const found =
    databases.find(({ engine, name }) => name === chosen || `${engine}:${name}` === chosen) ??
    databases.toSorted((one, other) => other.bytes - one.bytes)[0];
  return databases.map((line) => ({
    address: nameToAddress(line.name),
    name: visible(showName(withoutEngine(line.name, line.engine))),
    engine: engineName(line),
    bytes: line.bytes,
    tables: line.tables,
    isChosen: line === found,
  }));
}

/** Where a server has several engines, requests tell them apart in front of the name; people read it beside it. */
function withoutEngine(name: string, engine: string): string {
  return name.startsWith(`${engine}:`) ? name.slice(engine.length + 1) : name;
}

function engineName({ engine, version }: Pick<DatabaseLine, 'engine' | 'version'>): string {
  if (engine === 'postgresql') return 'PostgreSQL';
  return /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
}

const order: readonly TableLine['mark'][] = ['gone', 'changed', 'same'];

/** @param ticked names of tables. @param name as requests take it. */
export function presentDatabase(report: TablesReport, name: string, ticked: ReadonlySet<string>): PresentedDatabase {
  const then = report.tables.filter(({ mark }) => mark !== 'new');
  const rows = then.map((line) => toRow(line, ticked));
  return {
    address: nameToAddress(name),
    name: visible(showName(withoutEngine(name, report.engine))),
    isLive: report.isLive,
    replacesTables: report.replacesTables,
    bytes: report.bytes,
    news: presentNewer(report.tables),
    tables: order.flatMap((mark) => rows.filter((row) => row.mark === mark)),
    cameLater: report.tables.length - then.length,
    differing: then.filter(({ mark }) => mark !== 'same').length,
  };
}

function wordOf({ mark, isSameContent, isSameDefinition, rows, rowsNow }: TableLine): TableRow['word'] {
  if (mark === 'same' && isSameContent === true) return 'kept';
  const isOnlyValues = isSameContent === false && isSameDefinition === true && rows === rowsNow;
  return mark === 'changed' && isOnlyValues ? 'values' : mark;
}

export function toRow(line: TableLine, ticked: ReadonlySet<string>): TableRow {
  const { newer } = line;
  return {
    address: nameToAddress(line.name),
    name: visible(showName(line.name)),
    mark: line.mark,
    word: wordOf(line),
    rows: line.rows,
    rowsNow: line.rowsNow,
    bytes: line.bytes,
    newer: newer === undefined || newer.by === 'updated' ? 0 : newer.count,
    isTicked: ticked.has(line.name),
  };
}
