import { readFileSync, readdirSync } from 'node:fs';

/** One row of the system's process table. */
export interface ProcessRow {
  readonly id: number;
  readonly parentId: number;
  readonly sessionId: number;
  readonly residentBytes: number;
}

const pageBytes = 4096;

/** All processes now. Those that end while it reads are left out. */
export function readProcessTable(): readonly ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseProcess(readOrNothing(`/proc/${name}/stat`)))
    .filter((row) => row !== undefined);
}

/** A row of `/proc/PID/stat` (proc(5)): the name in brackets may itself hold blanks and brackets. */
export function parseProcess(stat: string): ProcessRow | undefined {
  const end = stat.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = stat.slice(end + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    id: Number.parseInt(stat, 10),
    parentId: field(4),
    sessionId: field(6),
    residentBytes: field(24) * pageBytes,
  };
}

/** Those of `rows` that are `root`, run in the session it leads, or descend from one of these. */
export function processTree(rows: readonly ProcessRow[], root: number): readonly ProcessRow[] {
  const members = new Set([root]);
  for (let before = 0; before < members.size;) {
    before = members.size;
    for (const row of rows) {
      if (row.sessionId === root || members.has(row.parentId)) members.add(row.id);
    }
  }
  return rows.filter((row) => members.has(row.id));
}

/** Memory of the process with pages that it shares counted by its share alone; 0 when it has ended. */
export function readProportionalBytes(id: number): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${String(id)}/smaps_rollup`))?.[1];
  return kibibytes === undefined ? 0 : Number(kibibytes) * 1024;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
